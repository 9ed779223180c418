#ifndef ENVS_ACTION_REPEAT_H_
#define ENVS_ACTION_REPEAT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/wrapper.h"

namespace envs {

// One decision is `repeats` ≥ 1 of the inner environment with one action; it
// ends early at the last step of an episode. The reward is the sum of theirs.
class ActionRepeat final : public Wrapper {
 public:
  ActionRepeat(std::unique_ptr<Environment> inner, int repeats);

  TimeStep Reset(uint32_t seed) override;
  TimeStep Reset() override;
  absl::StatusOr<TimeStep> Step(absl::Span<const double> action) override;
  std::string SaveState() const override;
  absl::StatusOr<TimeStep> RestoreState(absl::string_view state) override;

 private:
  std::string Name() const;

  int repeats_;
  double reward_ = 0;  // of the present time step
};

}  // namespace envs

#endif  // ENVS_ACTION_REPEAT_H_
