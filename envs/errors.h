// The errors that environments have in common, one sentence each.
#ifndef ENVS_ERRORS_H_
#define ENVS_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace envs {

// InvalidArgument for an action of another size than the spec's or with a NaN
// or infinity.
absl::Status CheckAction(const EnvironmentSpec& spec,
                         absl::Span<const double> action);

// FailedPrecondition: Step before the first Reset or after the last step.
absl::Status NoEpisode(const EnvironmentSpec& spec);

// InvalidArgument: RestoreState of other bytes than SaveState's. `owner` is
// whose state it should be.
absl::Status NoSavedState(absl::string_view owner);

}  // namespace envs

#endif  // ENVS_ERRORS_H_
