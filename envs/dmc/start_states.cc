#include "envs/dmc/start_states.h"

#include <cmath>
#include <numbers>

#include "Eigen/Core"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

// Sums the squares with fused multiply-adds, as NumPy's norm does where the CPU
// has them: then the last bit is dm_control's as well.
void Normalize(Eigen::Map<Eigen::Vector4d>& quaternion) {
  double squares = 0;
  for (const double x : quaternion) squares = std::fma(x, x, squares);
  quaternion /= std::sqrt(squares);
}

}  // namespace

void RandomizeJoints(Physics& physics, RandomState& random) {
  const mjModel& model = physics.model();
  for (int joint = 0; joint < model.njnt; ++joint) {
    double* position = physics.data().qpos + model.jnt_qposadr[joint];
    const int type = model.jnt_type[joint];
    const bool scalar = type == mjJNT_HINGE || type == mjJNT_SLIDE;
    if (model.jnt_limited[joint] && scalar) {
      const double* range = model.jnt_range + 2 * joint;
      *position = random.Uniform(range[0], range[1]);
    } else if (type == mjJNT_HINGE) {
      *position = random.Uniform(-std::numbers::pi, std::numbers::pi);
    } else if (type == mjJNT_FREE) {
      Eigen::Map<Eigen::Vector4d> quaternion(position + 3);
      for (double& element : quaternion) element = random.Uniform();
      Normalize(quaternion);
    }
  }
}

void RandomizeOrientation(double* quaternion, RandomState& random) {
  Eigen::Map<Eigen::Vector4d> elements(quaternion);
  for (double& element : elements) element = random.Normal();
  Normalize(elements);
}

}  // namespace envs
