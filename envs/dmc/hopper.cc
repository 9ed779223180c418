// A planar hopper with one leg, to stand or to hop (Lillicrap et al., 2015).
#include <cmath>
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
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kStandHeight = 0.6;  // m, of the torso over the foot
constexpr double kHopSpeed = 2;       // m/s

enum class Goal { kStand, kHop };

class Hopper final : public Task {
 public:
  Hopper(Physics& physics, Goal goal)
      : physics_(physics),
        goal_(goal),
        torso_(physics.Id(mjOBJ_BODY, "torso")),
        foot_(physics.Id(mjOBJ_BODY, "foot")),
        velocity_(physics.Sensor("torso_subtreelinvel")),
        toe_(physics.Sensor("touch_toe")),
        heel_(physics.Sensor("touch_heel")) {}

  void InitializeEpisode(RandomState& random) override {
    RandomizeJoints(physics_, random);
  }

  // Without the horizontal position.
  void Observe(Observation& observation) const override {
    observation.Add("position", "m, rad", physics_.qpos().tail(6));
    observation.Add("velocity", "m/s, rad/s", physics_.qvel());
    observation.Add("touch", "log(1 + N)", std::log1p(toe_[0]));
    observation.Add("touch", "log(1 + N)", std::log1p(heel_[0]));
  }

  double Reward() const override {
    const double height = CenterHeight(torso_) - CenterHeight(foot_);
    const double standing = Tolerance(height, kStandHeight, 2);
    if (goal_ == Goal::kStand) return standing * SmallControl(physics_);
    return standing * Tolerance(velocity_.x(), kHopSpeed, kInfinity,
                                kHopSpeed / 2, Sigmoid::kLinear, 0.5);
  }

 private:
  // m, of the body's centre of mass.
  double CenterHeight(int body) const {
    return physics_.data().xipos[3 * body + 2];
  }

  Physics& physics_;
  Goal goal_;
  int torso_, foot_;
  Vector velocity_, toe_, heel_;
};

TaskDefinition Define(const std::string& name, Goal goal) {
  return {.name = name,
          .xml = "hopper.xml",
          .substeps = 4,
          .time_limit = 20,
          .make = [goal](Physics& physics) {
            return std::make_unique<Hopper>(physics, goal);
          }};
}

}  // namespace

std::vector<TaskDefinition> HopperTasks() {
  return {Define("hopper-stand", Goal::kStand),
          Define("hopper-hop", Goal::kHop)};
}

}  // namespace envs
