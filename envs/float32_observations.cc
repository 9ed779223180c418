#include "envs/float32_observations.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/wrapper.h"

namespace envs {
namespace {

double ToFloat(double x) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(x, -kLargest, kLargest));
}

}  // namespace

Float32Observations::Float32Observations(std::unique_ptr<Environment> inner)
    : Wrapper(std::move(inner)), observation_(spec().observation_size()) {}

TimeStep Float32Observations::Reset(uint32_t seed) {
  return Rounded(inner().Reset(seed));
}

TimeStep Float32Observations::Reset() { return Rounded(inner().Reset()); }

absl::StatusOr<TimeStep> Float32Observations::Step(
    absl::Span<const double> action) {
  const absl::StatusOr<TimeStep> step = inner().Step(action);
  if (!step.ok()) return step;
  return Rounded(*step);
}

absl::StatusOr<TimeStep> Float32Observations::RestoreState(
    absl::string_view state) {
  const absl::StatusOr<TimeStep> step = inner().RestoreState(state);
  if (!step.ok()) return step;
  return Rounded(*step);
}

TimeStep Float32Observations::Rounded(TimeStep step) {
  std::transform(step.observation.begin(), step.observation.end(),
                 observation_.begin(), ToFloat);
  step.observation = observation_;
  return step;
}

}  // namespace envs
