// An arm of two links in the plane, to bring its finger into a target.
#include <cmath>
#include <memory>
#include <numbers>
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

class Reacher final : public Task {
 public:
  explicit Reacher(Physics& physics)
      : physics_(physics),
        target_position_(physics.GeomPosition("target")),
        target_(physics.Geom("target")),
        finger_(physics.Geom("finger")),
        radii_(physics.GeomSize("target")[0] + physics.GeomSize("finger")[0]) {}

  // The target lies between 5 and 20 cm from the shoulder.
  void InitializeEpisode(RandomState& random) override {
    RandomizeJoints(physics_, random);
    const double angle = random.Uniform(0, 2 * std::numbers::pi);
    const double radius = random.Uniform(0.05, 0.2);
    target_position_[0] = radius * std::sin(angle);
    target_position_[1] = radius * std::cos(angle);
  }

  void Observe(Observation& observation) const override {
    observation.Add("position", "rad", physics_.qpos());
    observation.Add("to_target", "m", ToTarget());
    observation.Add("velocity", "rad/s", physics_.qvel());
  }

  double Reward() const override {
    return Tolerance(ToTarget().norm(), 0, radii_);
  }

  std::vector<absl::Span<double>> ModelState() override {
    return {target_position_};
  }

 private:
  Eigen::Vector2d ToTarget() const {
    return (target_.position - finger_.position).head(2);
  }

  Physics& physics_;
  absl::Span<double> target_position_;
  Frame target_, finger_;
  double radii_;  // m, of target and finger together
};

}  // namespace

std::vector<TaskDefinition> ReacherTasks() {
  return {{.name = "reacher-easy",
           .xml = "reacher.xml",
           .time_limit = 20,
           .make = [](Physics& physics) {
             return std::make_unique<Reacher>(physics);
           }}};
}

}  // namespace envs
