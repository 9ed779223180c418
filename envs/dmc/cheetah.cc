// A planar cheetah that runs (Wawrzyński, 2009).
#include <memory>
#include <vector>

#include "envs/dmc/rewards.h"
#include "envs/dmc/tasks.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"
#include "envs/physics/tolerance.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

constexpr double kSpeed = 10;  // m/s

class Cheetah final : public Task {
 public:
  explicit Cheetah(Physics& physics)
      : physics_(physics), velocity_(physics.Sensor("torso_subtreelinvel")) {}

  // Draws the joints that have limits and lets it fall for two seconds. The
  // first step of the fall still sees the default posture.
  void InitializeEpisode(RandomState& random) override {
    const mjModel& model = physics_.model();
    mjData& data = physics_.data();
    for (int joint = 0; joint < model.njnt; ++joint) {
      if (!model.jnt_limited[joint]) continue;
      const double* range = model.jnt_range + 2 * joint;
      data.qpos[model.jnt_qposadr[joint]] = random.Uniform(range[0], range[1]);
    }
    physics_.Step(200);
    data.time = 0;
  }

  // Without the horizontal position.
  void Observe(Observation& observation) const override {
    observation.Add("position", "m, rad", physics_.qpos().tail(8));
    observation.Add("velocity", "m/s, rad/s", physics_.qvel());
  }

  double Reward() const override {
    return Tolerance(velocity_.x(), kSpeed, kInfinity, kSpeed, Sigmoid::kLinear,
                     0);
  }

 private:
  Physics& physics_;
  Vector velocity_;
};

}  // namespace

std::vector<TaskDefinition> CheetahTasks() {
  return {{.name = "cheetah-run",
           .xml = "cheetah.xml",
           .time_limit = 10,
           .make = [](Physics& physics) {
             return std::make_unique<Cheetah>(physics);
           }}};
}

}  // namespace envs
