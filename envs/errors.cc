#include "envs/errors.h"

#include <cmath>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"

namespace envs {

absl::Status CheckAction(const EnvironmentSpec& spec,
                         absl::Span<const double> action) {
  if (static_cast<int>(action.size()) != spec.action_size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(spec.name, " takes actions of ", spec.action_size(),
                     " numbers, not ", action.size()));
  }
  for (size_t i = 0; i < action.size(); ++i) {
    if (!std::isfinite(action[i])) {
      return absl::InvalidArgumentError(absl::StrCat(
          "element ", i, " of the action for ", spec.name, " is ", action[i]));
    }
  }
  return absl::OkStatus();
}

absl::Status NoEpisode(const EnvironmentSpec& spec) {
  return absl::FailedPreconditionError(
      absl::StrCat("no episode of ", spec.name, " is going on: Reset it"));
}

absl::Status NoSavedState(absl::string_view owner) {
  return absl::InvalidArgumentError(
      absl::StrCat("these bytes are no saved state of ", owner));
}

}  // namespace envs
