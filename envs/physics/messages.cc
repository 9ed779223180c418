#include "envs/physics/messages.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "mujoco/mujoco.h"

namespace envs {

void CatchMessages() {
  static const bool done = [] {
    mju_user_warning = [](const char*) {};
    mju_user_error = [](const char* message) {
      std::vector<std::string> lines = absl::StrSplit(message, '\n');
      for (std::string& line : lines) absl::StripAsciiWhitespace(&line);
      std::cerr << "ERROR: MuJoCo: " << absl::StrJoin(lines, ", ") << std::endl;
      std::_Exit(1);
    };
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace envs
