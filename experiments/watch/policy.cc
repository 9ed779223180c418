#include "experiments/watch/policy.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/physics/random_state.h"

namespace experiments {
namespace {

// One for each number of an action.
std::vector<std::pair<double, double>> Bounds(
    const envs::EnvironmentSpec& spec) {
  std::vector<std::pair<double, double>> bounds;
  for (const envs::ArraySpec& part : spec.action) {
    bounds.insert(bounds.end(), part.size, {part.minimum, part.maximum});
  }
  return bounds;
}

}  // namespace

absl::StatusOr<Policy> MakePolicy(absl::string_view name,
                                  const envs::EnvironmentSpec& spec,
                                  uint32_t seed) {
  const std::vector<std::pair<double, double>> bounds = Bounds(spec);
  if (name == "zero") {
    std::vector<double> action;
    for (const auto& [low, high] : bounds) {
      action.push_back(std::clamp(0.0, low, high));
    }
    return [action](absl::Span<const double>, int64_t) { return action; };
  }
  if (name == "random") {
    envs::RandomState random(seed);
    return [bounds, random](absl::Span<const double>, int64_t) mutable {
      std::vector<double> action;
      for (const auto& [low, high] : bounds) {
        action.push_back(std::isfinite(low) && std::isfinite(high)
                             ? random.Uniform(low, high)
                             : std::clamp(random.Uniform(-1, 1), low, high));
      }
      return action;
    };
  }
  return absl::InvalidArgumentError(absl::StrCat("there is no policy \"", name,
                                                 "\"; there are random, zero"));
}

}  // namespace experiments
