// The agent's state as named tensors.
#ifndef EXPERIMENTS_CHECKPOINT_AGENT_TENSORS_H_
#define EXPERIMENTS_CHECKPOINT_AGENT_TENSORS_H_

#include <vector>

#include "absl/status/status.h"
#include "rl/agent.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// Views of all that an agent has learnt and needs to go on learning:
//
//   encoder/hidden0/weight               a parameter [inputs, outputs], F32;
//   dynamics/…, reward/…, critic1/…, …   every layer has weight and bias, every
//                                        norm scale and offset
//   target_critics/critic1/…             the target critics
//   critics/adam/m/critic1/…, …/v/…      Adam's moments, by group: encoder,
//                                        model, critics, actor
//   critics/adam/step                    I32, scalar
//   update_random, acting_random, …      I32 [4]: seed and counter of Philox
//
// y = x · weight + bias. What the networks compute with them is in rl/mlp.h and
// rl/networks.h.
std::vector<safetensors::Tensor> AgentTensors(rl::Agent& agent);

// Copies them from the file. InvalidArgument or NotFound if one is missing or
// of another shape; some may have been copied then.
absl::Status RestoreAgent(const safetensors::File& file, rl::Agent& agent);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_AGENT_TENSORS_H_
