#include "envs/dmc/rewards.h"

#include "envs/physics/physics.h"
#include "envs/physics/tolerance.h"

namespace envs {

double SmallControl(const Physics& physics) {
  double sum = 0;
  for (const double ctrl : physics.ctrl()) {
    sum += Tolerance(ctrl, 0, 0, 1, Sigmoid::kQuadratic, 0);
  }
  return (4 + sum / static_cast<double>(physics.ctrl().size())) / 5;
}

}  // namespace envs
