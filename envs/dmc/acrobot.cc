// Two links with a motor at the elbow, to be swung up (Coulom, 2002).
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

class Acrobot final : public Task {
 public:
  explicit Acrobot(Physics& physics)
      : physics_(physics),
        shoulder_(physics.Position("shoulder")),
        elbow_(physics.Position("elbow")),
        upper_arm_(physics.Body("upper_arm")),
        lower_arm_(physics.Body("lower_arm")),
        tip_(physics.Site("tip")),
        target_(physics.Site("target")),
        target_radius_(physics.SiteSize("target")[0]) {}

  void InitializeEpisode(RandomState& random) override {
    shoulder_ = random.Uniform(-std::numbers::pi, std::numbers::pi);
    elbow_ = random.Uniform(-std::numbers::pi, std::numbers::pi);
  }

  // The sines of both arms' angles from upright, then the cosines.
  void Observe(Observation& observation) const override {
    observation.Add("orientations", "", upper_arm_.rotation(0, 2));
    observation.Add("orientations", "", lower_arm_.rotation(0, 2));
    observation.Add("orientations", "", upper_arm_.rotation(2, 2));
    observation.Add("orientations", "", lower_arm_.rotation(2, 2));
    observation.Add("velocity", "rad/s", physics_.qvel());
  }

  double Reward() const override {
    return Tolerance((target_.position - tip_.position).norm(), 0,
                     target_radius_, 1);
  }

 private:
  Physics& physics_;
  double &shoulder_, &elbow_;  // rad
  Frame upper_arm_, lower_arm_, tip_, target_;
  double target_radius_;  // m
};

}  // namespace

std::vector<TaskDefinition> AcrobotTasks() {
  return {{.name = "acrobot-swingup",
           .xml = "acrobot.xml",
           .time_limit = 10,
           .make = [](Physics& physics) {
             return std::make_unique<Acrobot>(physics);
           }}};
}

}  // namespace envs
