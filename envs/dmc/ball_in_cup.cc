// A cup that catches the ball on its string.
#include <cmath>
#include <memory>
#include <vector>

#include "Eigen/Core"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"

namespace envs {
namespace {

class BallInCup final : public Task {
 public:
  explicit BallInCup(Physics& physics)
      : physics_(physics),
        ball_x_(physics.Position("ball_x")),
        ball_z_(physics.Position("ball_z")),
        ball_(physics.Body("ball")),
        target_(physics.Site("target")),
        target_size_(physics.SiteSize("target")),
        ball_radius_(physics.GeomSize("ball")[0]) {}

  void InitializeEpisode(RandomState& random) override {
    do {
      ball_x_ = random.Uniform(-0.2, 0.2);
      ball_z_ = random.Uniform(0.2, 0.5);
      physics_.Forward();
    } while (physics_.data().ncon > 0);
  }

  void Observe(Observation& observation) const override {
    observation.Add("position", "m", physics_.qpos());
    observation.Add("velocity", "m/s", physics_.qvel());
  }

  // 1 if the whole ball is in the target.
  double Reward() const override {
    const Eigen::Vector3d distance =
        (target_.position - ball_.position).cwiseAbs();
    const auto inside = [&](int axis) {
      return distance[axis] < target_size_[axis] - ball_radius_;
    };
    return inside(0) && inside(2) ? 1 : 0;
  }

 private:
  Physics& physics_;
  double &ball_x_, &ball_z_;  // m
  Frame ball_, target_;
  Eigen::Vector3d target_size_;  // m, half lengths
  double ball_radius_;           // m
};

}  // namespace

std::vector<TaskDefinition> BallInCupTasks() {
  return {{.name = "ball_in_cup-catch",
           .xml = "ball_in_cup.xml",
           .substeps = 10,
           .time_limit = 20,
           .make = [](Physics& physics) {
             return std::make_unique<BallInCup>(physics);
           }}};
}

}  // namespace envs
