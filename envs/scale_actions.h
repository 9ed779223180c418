#ifndef ENVS_SCALE_ACTIONS_H_
#define ENVS_SCALE_ACTIONS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/wrapper.h"

namespace envs {

// The agent acts in [-1, 1]: element a becomes (l + u)/2 + a (u − l)/2 between
// the inner bounds l and u. An element without both bounds stays as it is.
class ScaleActions final : public Wrapper {
 public:
  explicit ScaleActions(std::unique_ptr<Environment> inner);

  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;

 private:
  std::vector<double> centers_, halves_, scaled_;  // of each element
};

}  // namespace envs

#endif  // ENVS_SCALE_ACTIONS_H_
