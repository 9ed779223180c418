// A finger that spins a body on a hinge (Tassa and Todorov, 2010).
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "envs/dmc/start_states.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kSpinSpeed = 15;       // rad/s
constexpr double kHingeDamping = 0.03;  // N m s/rad; the model has 0.5

class Finger final : public Task {
 public:
  explicit Finger(Physics& physics)
      : physics_(physics),
        angles_{physics.Sensor("proximal"), physics.Sensor("distal")},
        tip_(physics.Sensor("tip")),
        spinner_(physics.Sensor("spinner")),
        velocities_{physics.Sensor("proximal_velocity"),
                    physics.Sensor("distal_velocity"),
                    physics.Sensor("hinge_velocity")},
        touch_{physics.Sensor("touchtop"), physics.Sensor("touchbottom")} {
    mjModel& model = physics.model();
    model.dof_damping[model.jnt_dofadr[physics.Id(mjOBJ_JOINT, "hinge")]] =
        kHingeDamping;
  }

  void InitializeEpisode(RandomState& random) override {
    do {
      RandomizeJoints(physics_, random);
      physics_.Forward();
    } while (physics_.data().ncon > 0);
  }

  // The hinge's angle as the place of the body's tip.
  void Observe(Observation& observation) const override {
    for (const Vector& angle : angles_) {
      observation.Add("position", "rad, rad, m, m", angle);
    }
    observation.Add("position", "rad, rad, m, m", tip_.x() - spinner_.x());
    observation.Add("position", "rad, rad, m, m", tip_.z() - spinner_.z());
    for (const Vector& velocity : velocities_) {
      observation.Add("velocity", "rad/s", velocity);
    }
    for (const Vector& force : touch_) {
      observation.Add("touch", "log(1 + N)", std::log1p(force[0]));
    }
  }

  double Reward() const override {
    return velocities_[2][0] <= -kSpinSpeed ? 1 : 0;
  }

 private:
  Physics& physics_;
  std::array<Vector, 2> angles_;
  Vector tip_, spinner_;
  std::array<Vector, 3> velocities_;
  std::array<Vector, 2> touch_;
};

}  // namespace

std::vector<TaskDefinition> FingerTasks() {
  return {{.name = "finger-spin",
           .xml = "finger.xml",
           .substeps = 2,
           .time_limit = 20,
           .make = [](Physics& physics) {
             return std::make_unique<Finger>(physics);
           }}};
}

}  // namespace envs
