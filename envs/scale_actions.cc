#include "envs/scale_actions.h"

#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/errors.h"
#include "envs/wrapper.h"

namespace envs {

ScaleActions::ScaleActions(std::unique_ptr<Environment> inner)
    : Wrapper(std::move(inner)) {
  for (ArraySpec& part : mutable_spec().action) {
    double center = 0, half = 1;
    if (std::isfinite(part.minimum) && std::isfinite(part.maximum)) {
      center = (part.minimum + part.maximum) / 2;
      half = (part.maximum - part.minimum) / 2;
      part.minimum = -1;
      part.maximum = 1;
    }
    centers_.insert(centers_.end(), part.size, center);
    halves_.insert(halves_.end(), part.size, half);
  }
  scaled_.resize(centers_.size());
}

absl::StatusOr<TimeStep> ScaleActions::Step(absl::Span<const double> action) {
  const absl::Status status = CheckAction(spec(), action);
  if (!status.ok()) return status;
  for (size_t i = 0; i < action.size(); ++i) {
    scaled_[i] = centers_[i] + halves_[i] * action[i];
  }
  return inner().Step(scaled_);
}

}  // namespace envs
