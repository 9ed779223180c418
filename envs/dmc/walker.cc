// A planar walker that stands, walks or runs.
#include <array>
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

constexpr double kStandHeight = 1.2;  // m, of the torso

class Walker final : public Task {
 public:
  // speed in m/s; 0: stand still.
  Walker(Physics& physics, double speed)
      : physics_(physics),
        speed_(speed),
        torso_(physics.Body("torso")),
        bodies_{torso_,
                physics.Body("right_thigh"),
                physics.Body("right_leg"),
                physics.Body("right_foot"),
                physics.Body("left_thigh"),
                physics.Body("left_leg"),
                physics.Body("left_foot")},
        velocity_(physics.Sensor("torso_subtreelinvel")) {}

  void InitializeEpisode(RandomState& random) override {
    RandomizeJoints(physics_, random);
  }

  // Each body's angle as its cosine and sine.
  void Observe(Observation& observation) const override {
    for (const Frame& body : bodies_) {
      observation.Add("orientations", "", body.rotation(0, 0));
      observation.Add("orientations", "", body.rotation(0, 2));
    }
    observation.Add("height", "m", torso_.position.z());
    observation.Add("velocity", "m/s, rad/s", physics_.qvel());
  }

  double Reward() const override {
    const double standing = Tolerance(torso_.position.z(), kStandHeight,
                                      kInfinity, kStandHeight / 2);
    const double upright = (1 + torso_.Up().z()) / 2;
    const double stand = (3 * standing + upright) / 4;
    if (speed_ == 0) return stand;
    const double move = Tolerance(velocity_.x(), speed_, kInfinity, speed_ / 2,
                                  Sigmoid::kLinear, 0.5);
    return stand * (5 * move + 1) / 6;
  }

 private:
  Physics& physics_;
  double speed_;
  Frame torso_;
  std::array<Frame, 7> bodies_;
  Vector velocity_;
};

TaskDefinition Define(const std::string& name, double speed) {
  return {.name = name,
          .xml = "walker.xml",
          .substeps = 10,
          .time_limit = 25,
          .make = [speed](Physics& physics) {
            return std::make_unique<Walker>(physics, speed);
          }};
}

}  // namespace

std::vector<TaskDefinition> WalkerTasks() {
  return {Define("walker-stand", 0), Define("walker-walk", 1),
          Define("walker-run", 8)};
}

}  // namespace envs
