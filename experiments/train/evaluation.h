// How good an agent is.
#ifndef EXPERIMENTS_TRAIN_EVALUATION_H_
#define EXPERIMENTS_TRAIN_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "rl/agent.h"

namespace experiments {

// Returns of `episodes` episodes of the agent without exploration noise. The
// environment starts from `seed`; what the agent's planning draws depends on
// its own seed and `number`, which evaluation it is. Nothing that the agent
// does later is changed. Cancelled when `stop` says so before a decision.
absl::StatusOr<std::vector<double>> Evaluate(rl::Agent& agent,
                                             envs::Environment& environment,
                                             uint32_t seed, uint32_t number,
                                             int episodes,
                                             const std::function<bool()>& stop);

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_EVALUATION_H_
