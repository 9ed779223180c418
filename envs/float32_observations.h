#ifndef ENVS_FLOAT32_OBSERVATIONS_H_
#define ENVS_FLOAT32_OBSERVATIONS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/wrapper.h"

namespace envs {

// Observations are rounded to the nearest float, so that an agent that keeps
// floats sees in its memory what it saw when it acted. What lies beyond the
// largest float becomes that.
class Float32Observations final : public Wrapper {
 public:
  explicit Float32Observations(std::unique_ptr<Environment> inner);

  TimeStep Reset(uint32_t seed) override;
  TimeStep Reset() override;
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override;

 private:
  TimeStep Rounded(TimeStep step);

  std::vector<double> observation_;
};

}  // namespace envs

#endif  // ENVS_FLOAT32_OBSERVATIONS_H_
