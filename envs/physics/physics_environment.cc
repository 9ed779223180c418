#include "envs/physics/physics_environment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/errors.h"
#include "envs/physics/model.h"
#include "envs/physics/task.h"
#include "envs/saved_state.h"
#include "mujoco/mujoco.h"

namespace envs {
namespace {

EnvironmentSpec SpecOf(const TaskDefinition& definition, const mjModel& model) {
  EnvironmentSpec spec;
  spec.name = definition.name;
  spec.control_timestep = model.opt.timestep * definition.substeps;
  spec.step_limit = std::llround(
      std::ceil(definition.time_limit / spec.control_timestep - 1e-9));
  for (int i = 0; i < model.nu; ++i) {
    const bool limited = model.actuator_ctrllimited[i];
    ArraySpec& element = spec.action.emplace_back();
    const char* name = mj_id2name(&model, mjOBJ_ACTUATOR, i);
    if (name != nullptr) element.name = name;
    if (limited) {
      element.minimum = model.actuator_ctrlrange[2 * i];
      element.maximum = model.actuator_ctrlrange[2 * i + 1];
    }
  }
  return spec;
}

constexpr int kState = mjSTATE_INTEGRATION;

}  // namespace

PhysicsEnvironment::PhysicsEnvironment(const TaskDefinition& definition,
                                       ModelPtr model)
    : spec_(SpecOf(definition, *model)),
      substeps_(definition.substeps),
      physics_(std::move(model)),
      task_(definition.make(physics_)) {
  observation_.Describe(&spec_.observation);
  task_->Observe(observation_);
  observation_.Describe(nullptr);
}

TimeStep PhysicsEnvironment::Reset(uint32_t seed) {
  random_ = RandomState(seed);
  return Reset();
}

TimeStep PhysicsEnvironment::Reset() {
  physics_.Reset();
  task_->InitializeEpisode(random_);
  physics_.Forward();
  observation_.Clear();
  task_->Observe(observation_);
  steps_ = 0;
  reward_ = 0;
  warning_.clear();
  running_ = true;
  return Present();
}

absl::StatusOr<TimeStep> PhysicsEnvironment::Step(
    absl::Span<const double> action) {
  const absl::Status status = CheckAction(spec_, action);
  if (!status.ok()) return status;
  if (!running_) {
    return NoEpisode(spec_);
  }
  std::copy(action.begin(), action.end(), physics_.data().ctrl);
  physics_.Step(substeps_);
  ++steps_;
  reward_ = 0;
  if (!physics_.lost_state()) {
    observation_.Clear();
    task_->Observe(observation_);
    reward_ = task_->Reward();
  }
  warning_ = std::string(physics_.warning());
  running_ = steps_ < spec_.step_limit && warning_.empty();
  return Present();
}

TimeStep PhysicsEnvironment::Present() const {
  return {.observation = observation_.values(),
          .reward = reward_,
          .truncated = !running_,
          .warning = warning_};
}

// Texts: the random stream and the warning. Numbers: those of this class,
// MuJoCo's state, the sensors (of which some tell of the step before), the
// task's numbers in the model, the observation.
std::string PhysicsEnvironment::SaveState() const {
  const mjModel& model = physics_.model();
  const mjData& data = physics_.data();
  std::vector<double> numbers = {static_cast<double>(steps_),
                                 static_cast<double>(running_), reward_};
  std::vector<double> state(mj_stateSize(&model, kState));
  mj_getState(&model, &data, state.data(), kState);
  const auto append = [&](absl::Span<const double> more) {
    numbers.insert(numbers.end(), more.begin(), more.end());
  };
  append(state);
  append(absl::MakeConstSpan(data.sensordata, model.nsensordata));
  for (const absl::Span<double> values : task_->ModelState()) append(values);
  append(observation_.values());
  return Pack(spec_.name, {.texts = {random_.Save(), warning_},
                           .numbers = std::move(numbers)});
}

absl::StatusOr<TimeStep> PhysicsEnvironment::RestoreState(
    absl::string_view bytes) {
  mjModel& model = physics_.model();
  mjData& data = physics_.data();
  const std::vector<absl::Span<double>> model_state = task_->ModelState();
  const size_t state_size = mj_stateSize(&model, kState);
  size_t size = 3 + state_size + model.nsensordata + spec_.observation_size();
  for (const absl::Span<double> values : model_state) size += values.size();
  const absl::StatusOr<SavedState> saved = Unpack(spec_.name, bytes, 2, size);
  if (!saved.ok()) return saved.status();
  if (!random_.Restore(saved->texts[0])) return NoSavedState(spec_.name);
  warning_ = saved->texts[1];
  absl::Span<const double> rest = saved->numbers;
  const auto take = [&](size_t count) {
    const absl::Span<const double> taken = rest.first(count);
    rest.remove_prefix(count);
    return taken;
  };
  const absl::Span<const double> own = take(3);
  steps_ = static_cast<int64_t>(own[0]);
  running_ = own[1] != 0;
  reward_ = own[2];
  mj_resetData(&model, &data);
  mj_setState(&model, &data, take(state_size).data(), kState);
  const absl::Span<const double> sensors = take(model.nsensordata);
  for (const absl::Span<double> values : model_state) {
    absl::c_copy(take(values.size()), values.begin());
  }
  physics_.UpdatePosition();
  absl::c_copy(sensors, data.sensordata);
  observation_.Set(rest);
  return Present();
}

}  // namespace envs
