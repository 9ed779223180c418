// A pendulum whose motor is too weak to lift it in one go.
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"

namespace envs {
namespace {

class Pendulum final : public Task {
 public:
  explicit Pendulum(Physics& physics)
      : physics_(physics),
        hinge_(physics.Position("hinge")),
        pole_(physics.Body("pole")) {}

  void InitializeEpisode(RandomState& random) override {
    hinge_ = random.Uniform(-std::numbers::pi, std::numbers::pi);
  }

  // The angle as its cosine and sine.
  void Observe(Observation& observation) const override {
    observation.Add("orientation", "", pole_.rotation(2, 2));
    observation.Add("orientation", "", pole_.rotation(0, 2));
    observation.Add("velocity", "rad/s", physics_.qvel());
  }

  // 1 within 8 degrees of upright. A cosine that rounding has lifted above 1
  // gets 0.
  double Reward() const override {
    return Tolerance(pole_.rotation(2, 2), kUpright, 1);
  }

 private:
  inline static const double kUpright = std::cos(8 * (std::numbers::pi / 180));

  Physics& physics_;
  double& hinge_;  // rad, 0 upright
  Frame pole_;
};

}  // namespace

std::vector<TaskDefinition> PendulumTasks() {
  return {{.name = "pendulum-swingup",
           .xml = "pendulum.xml",
           .time_limit = 20,
           .make = [](Physics& physics) {
             return std::make_unique<Pendulum>(physics);
           }}};
}

}  // namespace envs
