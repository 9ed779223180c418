// A pole on a cart, to be balanced, or swung up first (Barto et al., 1983).
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "envs/dmc/rewards.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"

namespace envs {
namespace {

enum class Start { kUpright, kHanging };

class Cartpole final : public Task {
 public:
  Cartpole(Physics& physics, Start start)
      : physics_(physics),
        start_(start),
        slider_(physics.Position("slider")),
        hinge_(physics.Position("hinge_1")),
        slider_velocity_(physics.Velocity("slider")),
        hinge_velocity_(physics.Velocity("hinge_1")),
        pole_(physics.Body("pole_1")) {}

  void InitializeEpisode(RandomState& random) override {
    if (start_ == Start::kHanging) {
      slider_ = 0.01 * random.Normal();
      hinge_ = std::numbers::pi + 0.01 * random.Normal();
    } else {
      slider_ = random.Uniform(-0.1, 0.1);
      hinge_ = random.Uniform(-0.034, 0.034);
    }
    slider_velocity_ = 0.01 * random.Normal();
    hinge_velocity_ = 0.01 * random.Normal();
  }

  // The pole's angle as its cosine and sine.
  void Observe(Observation& observation) const override {
    observation.Add("position", "m, 1, 1", slider_);
    observation.Add("position", "m, 1, 1", pole_.rotation(2, 2));
    observation.Add("position", "m, 1, 1", pole_.rotation(0, 2));
    observation.Add("velocity", "m/s, rad/s", physics_.qvel());
  }

  double Reward() const override {
    const double upright = (pole_.rotation(2, 2) + 1) / 2;
    const double centered = (1 + Tolerance(slider_, 0, 0, 2)) / 2;
    const double small_velocity = (1 + Tolerance(hinge_velocity_, 0, 0, 5)) / 2;
    return upright * SmallControl(physics_) * small_velocity * centered;
  }

 private:
  Physics& physics_;
  Start start_;
  double& slider_;           // m
  double& hinge_;            // rad, 0 upright
  double& slider_velocity_;  // m/s
  double& hinge_velocity_;   // rad/s
  Frame pole_;
};

TaskDefinition Define(const std::string& name, Start start) {
  return {.name = name,
          .xml = "cartpole.xml",
          .time_limit = 10,
          .make = [start](Physics& physics) {
            return std::make_unique<Cartpole>(physics, start);
          }};
}

}  // namespace

std::vector<TaskDefinition> CartpoleTasks() {
  return {Define("cartpole-balance", Start::kUpright),
          Define("cartpole-swingup", Start::kHanging)};
}

}  // namespace envs
