// A task as an environment.
#ifndef ENVS_PHYSICS_PHYSICS_ENVIRONMENT_H_
#define ENVS_PHYSICS_PHYSICS_ENVIRONMENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/physics/model.h"
#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"
#include "envs/physics/task.h"

namespace envs {

// dm_control's control.Environment, number for number: a decision is `substeps`
// steps of the physics, episodes are truncated after the time limit, nothing
// terminates them, actions are taken as given and clamped by the actuators.
class PhysicsEnvironment final : public Environment {
 public:
  // `model` is that of the definition, compiled.
  PhysicsEnvironment(const TaskDefinition& definition, ModelPtr model);

  const EnvironmentSpec& spec() const override { return spec_; }
  TimeStep Reset(uint32_t seed) override;
  TimeStep Reset() override;
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;
  std::string SaveState() const override;
  absl::StatusOr<TimeStep> RestoreState(absl::string_view bytes) override;

  // To draw it, and for tools that write states into it; call
  // physics().UpdatePosition() after writing.
  Physics& physics() { return physics_; }
  const Task& task() const { return *task_; }

 private:
  TimeStep Present() const;

  EnvironmentSpec spec_;
  int substeps_;
  Physics physics_;
  std::unique_ptr<Task> task_;
  RandomState random_{0};
  Observation observation_;
  int64_t steps_ = 0;  // of this episode
  double reward_ = 0;
  std::string warning_;
  bool running_ = false;
};

}  // namespace envs

#endif  // ENVS_PHYSICS_PHYSICS_ENVIRONMENT_H_
