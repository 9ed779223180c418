#include "experiments/agent_environment.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "envs/action_repeat.h"
#include "envs/environment.h"
#include "envs/float32_observations.h"
#include "envs/registry.h"
#include "envs/scale_actions.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<envs::Environment>> MakeAgentEnvironment(
    const std::string& task, int action_repeat) {
  absl::StatusOr<std::unique_ptr<envs::Environment>> made =
      envs::MakeEnvironment(task);
  if (!made.ok()) return made.status();
  return WrapForAgent(*std::move(made), action_repeat);
}

absl::StatusOr<std::unique_ptr<envs::Environment>> WrapForAgent(
    std::unique_ptr<envs::Environment> environment, int action_repeat) {
  for (const envs::ArraySpec& part : environment->spec().action) {
    if (part.whole) {
      return absl::InvalidArgumentError(absl::StrCat(
          environment->spec().name, " takes whole numbers as actions, and the ",
          "agent's are real ones from -1 to 1"));
    }
  }
  const int64_t steps = environment->spec().step_limit;
  if (action_repeat < 1 || steps % action_repeat != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--action_repeat=", action_repeat, ": it must divide the ",
                     steps, " env steps of an episode"));
  }
  return std::make_unique<envs::Float32Observations>(
      std::make_unique<envs::ActionRepeat>(
          std::make_unique<envs::ScaleActions>(std::move(environment)),
          action_repeat));
}

}  // namespace experiments
