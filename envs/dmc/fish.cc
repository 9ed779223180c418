// A fish that turns upright, or swims to a target.
#include <memory>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "envs/dmc/start_states.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"

namespace envs {
namespace {

enum class Goal { kUpright, kSwim };

class Fish final : public Task {
 public:
  Fish(Physics& physics, Goal goal)
      : physics_(physics),
        goal_(goal),
        target_position_(physics.GeomPosition("target")),
        torso_(physics.Body("torso")),
        mouth_(physics.Geom("mouth")),
        target_(physics.Geom("target")),
        radii_(physics.GeomSize("mouth")[0] + physics.GeomSize("target")[0]) {}

  void InitializeEpisode(RandomState& random) override {
    double* qpos = physics_.data().qpos;
    RandomizeOrientation(qpos + 3, random);
    for (int i = 7; i < 14; ++i) qpos[i] = random.Uniform(-0.2, 0.2);
    if (goal_ == Goal::kUpright) return;
    target_position_[0] = random.Uniform(-0.4, 0.4);
    target_position_[1] = random.Uniform(-0.4, 0.4);
    target_position_[2] = random.Uniform(0.1, 0.3);
  }

  void Observe(Observation& observation) const override {
    observation.Add("joint_angles", "rad", physics_.qpos().tail(7));
    observation.Add("upright", "", torso_.Up().z());
    if (goal_ == Goal::kSwim) observation.Add("target", "m", ToTarget());
    observation.Add("velocity", "m/s, rad/s", physics_.qvel());
  }

  double Reward() const override {
    if (goal_ == Goal::kUpright) return Tolerance(torso_.Up().z(), 1, 1, 1);
    const double in_target =
        Tolerance(ToTarget().norm(), 0, radii_, 2 * radii_);
    const double upright = (torso_.Up().z() + 1) / 2;
    return (7 * in_target + upright) / 8;
  }

  std::vector<absl::Span<double>> ModelState() override {
    if (goal_ == Goal::kUpright) return {};
    return {target_position_};
  }

 private:
  // From the mouth, in its frame.
  Eigen::Vector3d ToTarget() const {
    return mouth_.ToLocal(target_.position - mouth_.position);
  }

  Physics& physics_;
  Goal goal_;
  absl::Span<double> target_position_;
  Frame torso_, mouth_, target_;
  double radii_;  // m, of mouth and target together
};

TaskDefinition Define(const std::string& name, Goal goal) {
  return {.name = name,
          .xml = "fish.xml",
          .substeps = 10,
          .time_limit = 40,
          .make = [goal](Physics& physics) {
            return std::make_unique<Fish>(physics, goal);
          }};
}

}  // namespace

std::vector<TaskDefinition> FishTasks() {
  return {Define("fish-upright", Goal::kUpright),
          Define("fish-swim", Goal::kSwim)};
}

}  // namespace envs
