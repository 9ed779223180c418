// A task as the agent lives in it.
#ifndef EXPERIMENTS_AGENT_ENVIRONMENT_H_
#define EXPERIMENTS_AGENT_ENVIRONMENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "envs/environment.h"

namespace experiments {

// The task with actions in [−1, 1], each held for `action_repeat` env steps
// whose rewards are summed, and observations rounded to floats: one of its
// steps is one *decision*. InvalidArgument for a task whose actions are whole
// numbers or an action repeat that does not divide its episodes, NotFound for
// one that does not exist.
absl::StatusOr<std::unique_ptr<envs::Environment>> MakeAgentEnvironment(
    const std::string& task, int action_repeat);

// The same around an environment that is there already.
absl::StatusOr<std::unique_ptr<envs::Environment>> WrapForAgent(
    std::unique_ptr<envs::Environment> environment, int action_repeat);

}  // namespace experiments

#endif  // EXPERIMENTS_AGENT_ENVIRONMENT_H_
