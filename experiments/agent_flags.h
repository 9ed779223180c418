// The flags of the deep agent, one for each number of rl::AgentConfig.
#ifndef EXPERIMENTS_AGENT_FLAGS_H_
#define EXPERIMENTS_AGENT_FLAGS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "rl/agent_config.h"

namespace experiments {

// The agent that the flags describe, for observations and actions of these
// sizes. InvalidArgument with one sentence that names the flag.
absl::StatusOr<rl::AgentConfig> AgentConfigFromFlags(int64_t observation_size,
                                                     int64_t action_size);

// "cvaml_stochastic_b0", "td3": what tells most agents apart.
std::string AgentName();

}  // namespace experiments

#endif  // EXPERIMENTS_AGENT_FLAGS_H_
