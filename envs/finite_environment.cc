#include "envs/finite_environment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/errors.h"
#include "envs/markov_reward_process.h"
#include "envs/saved_state.h"

namespace envs {

FiniteEnvironment::FiniteEnvironment(const std::string& name,
                                     const MarkovRewardProcess& process,
                                     int64_t step_limit)
    : cumulative_(process.transitions.transpose()), rewards_(process.rewards) {
  for (auto column : cumulative_.colwise()) {
    std::partial_sum(column.begin(), column.end(), column.begin());
  }
  spec_.name = name;
  spec_.observation = {{.name = "state",
                        .minimum = 0,
                        .maximum = static_cast<double>(rewards_.size() - 1),
                        .whole = true}};
  spec_.step_limit = step_limit;
}

TimeStep FiniteEnvironment::Reset(uint32_t seed) {
  random_ = RandomState(seed);
  return Reset();
}

TimeStep FiniteEnvironment::Reset() {
  state_ = std::floor(random_.Uniform(0, static_cast<double>(rewards_.size())));
  reward_ = 0;
  steps_ = 0;
  running_ = true;
  return Present();
}

absl::StatusOr<TimeStep> FiniteEnvironment::Step(
    absl::Span<const double> action) {
  const absl::Status status = CheckAction(spec_, action);
  if (!status.ok()) return status;
  if (!running_) return NoEpisode(spec_);
  const auto from = static_cast<Eigen::Index>(state_);
  reward_ = rewards_[from];
  // The last sum is 1 up to rounding; a draw is always below it.
  const auto sums = cumulative_.col(from);
  const double draw = random_.Uniform(0, sums[sums.size() - 1]);
  state_ = static_cast<double>(
      std::upper_bound(sums.begin(), sums.end(), draw) - sums.begin());
  running_ = ++steps_ < spec_.step_limit;
  return Present();
}

std::string FiniteEnvironment::SaveState() const {
  return Pack(spec_.name,
              {.texts = {random_.Save()},
               .numbers = {state_, reward_, static_cast<double>(steps_),
                           static_cast<double>(running_)}});
}

absl::StatusOr<TimeStep> FiniteEnvironment::RestoreState(
    absl::string_view state) {
  const absl::StatusOr<SavedState> saved = Unpack(spec_.name, state, 1, 4);
  if (!saved.ok()) return saved.status();
  if (!random_.Restore(saved->texts[0])) {
    return NoSavedState(spec_.name);
  }
  state_ = saved->numbers[0];
  reward_ = saved->numbers[1];
  steps_ = static_cast<int64_t>(saved->numbers[2]);
  running_ = saved->numbers[3] != 0;
  return Present();
}

TimeStep FiniteEnvironment::Present() const {
  return {.observation = absl::MakeConstSpan(&state_, 1),
          .reward = reward_,
          .truncated = !running_};
}

}  // namespace envs
