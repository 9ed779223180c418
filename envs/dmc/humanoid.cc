// A humanoid that stands, walks or runs (Tassa et al., 2012).
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "envs/dmc/rewards.h"
#include "envs/dmc/start_states.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"

namespace envs {
namespace {

constexpr double kStandHeight = 1.4;  // m, of the head

class Humanoid final : public Task {
 public:
  // speed in m/s; 0: stand still.
  Humanoid(Physics& physics, double speed)
      : physics_(physics),
        speed_(speed),
        head_(physics.Body("head")),
        torso_(physics.Body("torso")),
        limbs_{physics.Body("left_hand"), physics.Body("left_foot"),
               physics.Body("right_hand"), physics.Body("right_foot")},
        velocity_(physics.Sensor("torso_subtreelinvel")) {}

  void InitializeEpisode(RandomState& random) override {
    do {
      RandomizeJoints(physics_, random);
      physics_.Forward();
    } while (physics_.data().ncon > 0);
  }

  void Observe(Observation& observation) const override {
    observation.Add("joint_angles", "rad", physics_.qpos().tail(21));
    observation.Add("head_height", "m", head_.position.z());
    for (const Frame& limb : limbs_) {
      observation.Add("extremities", "m",
                      torso_.ToLocal(limb.position - torso_.position));
    }
    observation.Add("torso_vertical", "", torso_.Up());
    observation.Add("com_velocity", "m/s", velocity_);
    observation.Add("velocity", "rad/s", physics_.qvel());
  }

  double Reward() const override {
    const double standing = Tolerance(head_.position.z(), kStandHeight,
                                      kInfinity, kStandHeight / 4);
    const double upright =
        Tolerance(torso_.Up().z(), 0.9, kInfinity, 1.9, Sigmoid::kLinear, 0);
    const double stand = SmallControl(physics_) * standing * upright;
    if (speed_ == 0) {
      return stand *
             (Tolerance(velocity_.x(), 0, 0, 2) +
              Tolerance(velocity_.y(), 0, 0, 2)) /
             2;
    }
    const double move =
        Tolerance(std::hypot(velocity_.x(), velocity_.y()), speed_, kInfinity,
                  speed_, Sigmoid::kLinear, 0);
    return stand * (5 * move + 1) / 6;
  }

 private:
  Physics& physics_;
  double speed_;
  Frame head_, torso_;
  std::array<Frame, 4> limbs_;
  Vector velocity_;
};

TaskDefinition Define(const std::string& name, double speed) {
  return {.name = name,
          .xml = "humanoid.xml",
          .substeps = 5,
          .time_limit = 25,
          .make = [speed](Physics& physics) {
            return std::make_unique<Humanoid>(physics, speed);
          }};
}

}  // namespace

std::vector<TaskDefinition> HumanoidTasks() {
  return {Define("humanoid-stand", 0), Define("humanoid-walk", 1),
          Define("humanoid-run", 10)};
}

}  // namespace envs
