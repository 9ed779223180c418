// What makes a MuJoCo model a task: where episodes start, what is seen, what is
// rewarded.
#ifndef ENVS_PHYSICS_TASK_H_
#define ENVS_PHYSICS_TASK_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"

namespace envs {

// Takes the parts of an observation in their order. Pieces of one name that
// follow each other are one part.
class Observation {
 public:
  void Add(absl::string_view name, absl::string_view unit,
           const Eigen::Ref<const Eigen::VectorXd>& values);
  void Add(absl::string_view name, absl::string_view unit, double value);

  void Clear() { values_.clear(); }
  void Set(absl::Span<const double> values) {
    values_.assign(values.begin(), values.end());
  }
  absl::Span<const double> values() const { return values_; }

  // From now on, also writes down what the parts are.
  void Describe(std::vector<ArraySpec>* parts) { parts_ = parts; }

 private:
  std::vector<double> values_;
  std::vector<ArraySpec>* parts_ = nullptr;
};

// Made for one Physics, whose frames, sensors and joints it looks up once and
// keeps.
class Task {
 public:
  virtual ~Task() = default;

  // Writes the start of an episode into the physics, which has just been reset.
  virtual void InitializeEpisode(RandomState& random) = 0;

  virtual void Observe(Observation& observation) const = 0;

  // Of the step just made; sees the action as it was given.
  virtual double Reward() const = 0;

  // Numbers of the model that InitializeEpisode writes.
  virtual std::vector<absl::Span<double>> ModelState() { return {}; }
};

struct TaskDefinition {
  std::string name;       // "humanoid-walk"
  std::string xml;        // text of the model, or its file in the models folder
  int substeps = 1;       // of the physics in one decision
  double time_limit = 0;  // s, of an episode
  std::function<std::unique_ptr<Task>(Physics& physics)> make;
  ModelEdit edit = nullptr;
  bool heavy_looks = false;  // train on LoadModelWithoutLooks
};

}  // namespace envs

#endif  // ENVS_PHYSICS_TASK_H_
