#ifndef EXPERIMENTS_WATCH_AGENT_POLICY_H_
#define EXPERIMENTS_WATCH_AGENT_POLICY_H_

#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "experiments/watch/policy.h"
#include "rl/agent.h"

namespace experiments {

// The agent without exploration noise, in the environment that
// MakeAgentEnvironment wraps: it sees floats, and its action, scaled to the
// bounds, is held for `action_repeat` steps. InvalidArgument if it was made for
// observations or actions of another size. The agent must outlive the policy.
absl::StatusOr<Policy> AgentPolicy(rl::Agent& agent,
                                   const envs::EnvironmentSpec& spec,
                                   int action_repeat);

}  // namespace experiments

#endif  // EXPERIMENTS_WATCH_AGENT_POLICY_H_
