#include "envs/dmc/start_states.h"

#include <cmath>
#include <numbers>

#include "Eigen/Core"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "mujoco/mujoco.h"

namespace envs {

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
      quaternion /= quaternion.norm();
    }
  }
}

void RandomizeOrientation(double* quaternion, RandomState& random) {
  Eigen::Map<Eigen::Vector4d> elements(quaternion);
  for (double& element : elements) element = random.Normal();
  elements /= elements.norm();
}

}  // namespace envs
