// Who acts.
#ifndef EXPERIMENTS_WATCH_POLICY_H_
#define EXPERIMENTS_WATCH_POLICY_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace experiments {

// The action after an observation, which `step` steps of the episode have led
// to.
using Policy = std::function<std::vector<double>(
    absl::Span<const double> observation, int64_t step)>;

// A policy for such an environment.
using PolicyMaker =
    std::function<absl::StatusOr<Policy>(const envs::EnvironmentSpec& spec)>;

// "random": uniform between the bounds, or in [-1, 1] where there are none;
// "zero": as close to zero as the bounds allow. InvalidArgument for another
// name.
absl::StatusOr<Policy> MakePolicy(absl::string_view name,
                                  const envs::EnvironmentSpec& spec,
                                  uint32_t seed);

}  // namespace experiments

#endif  // EXPERIMENTS_WATCH_POLICY_H_
