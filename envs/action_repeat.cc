#include "envs/action_repeat.h"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/saved_state.h"
#include "envs/wrapper.h"

namespace envs {

ActionRepeat::ActionRepeat(std::unique_ptr<Environment> inner, int repeats)
    : Wrapper(std::move(inner)), repeats_(repeats) {
  EnvironmentSpec& spec = mutable_spec();
  if (repeats < 1) {
    std::cerr << absl::StrCat("ERROR: ActionRepeat of ", spec.name,
                              " must repeat at least once, not ", repeats, ".")
              << std::endl;
    std::exit(1);
  }
  spec.control_timestep *= repeats;
  spec.step_limit = (spec.step_limit + repeats - 1) / repeats;
}

TimeStep ActionRepeat::Reset(uint32_t seed) {
  reward_ = 0;
  return inner().Reset(seed);
}

TimeStep ActionRepeat::Reset() {
  reward_ = 0;
  return inner().Reset();
}

absl::StatusOr<TimeStep> ActionRepeat::Step(absl::Span<const double> action) {
  absl::StatusOr<TimeStep> step = inner().Step(action);
  if (!step.ok()) return step;
  double sum = step->reward;
  for (int i = 1; i < repeats_ && !step->last(); ++i) {
    step = inner().Step(action);
    if (!step.ok()) return step;
    sum += step->reward;
  }
  reward_ = sum;
  step->reward = sum;
  return step;
}

std::string ActionRepeat::SaveState() const {
  return Pack(Name(), {.texts = {inner().SaveState()}, .numbers = {reward_}});
}

absl::StatusOr<TimeStep> ActionRepeat::RestoreState(absl::string_view state) {
  const absl::StatusOr<SavedState> saved = Unpack(Name(), state, 1, 1);
  if (!saved.ok()) return saved.status();
  absl::StatusOr<TimeStep> step = inner().RestoreState(saved->texts[0]);
  if (!step.ok()) return step;
  reward_ = saved->numbers[0];
  step->reward = reward_;
  return step;
}

std::string ActionRepeat::Name() const {
  return absl::StrCat(spec().name, ", ", repeats_, " at a time");
}

}  // namespace envs
