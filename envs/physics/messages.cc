#include "envs/physics/messages.h"

#include <cstdlib>
#include <iostream>

#include "mujoco/mujoco.h"

namespace envs {

void CatchMessages() {
  static const bool done = [] {
    mju_user_warning = [](const char*) {};
    mju_user_error = [](const char* message) {
      std::cerr << "ERROR: MuJoCo: " << message << std::endl;
      std::_Exit(1);
    };
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace envs
