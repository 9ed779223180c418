// Acting by planning with the model (MPC with a policy prior, as TD-MPC and
// MAD-TD), recorded as graph.
#ifndef RL_PLANNER_H_
#define RL_PLANNER_H_

#include "autodiff/tensor.h"
#include "rl/agent_parts.h"

namespace rl {

// What acting is, by planning or by the policy alone.
struct ActingGraph {
  autodiff::Tensor observation;  // graph input [1, observation]
  autodiff::Tensor exploring;    // [action]: a drawn elite, or π(z) with noise
  autodiff::Tensor evaluating;   // [action]: the elites' mean, or π(z)
  autodiff::Tensor random;       // new version of the acting random state
  // Of the planner's last iteration.
  autodiff::Tensor candidates;  // [samples + 1, action]: first actions, the
                                // policy's last
  autodiff::Tensor scores;      // [samples + 1]
};

// mean = the policy's actions along the model, σ = std_high. Each iteration:
// `samples` action sequences N(mean, σ²), clipped to [−1, 1], and the policy's;
// the score of each is Σ_{h<H} γʰ r̂ + γᴴ ½ (Q₁ + Q₂)(ẑ_H, π(ẑ_H)), averaged
// over the model's samples; the best `elites`, with weights softmax(score /
// temperature), give the new mean and σ, limited to [std_low, std_high].
ActingGraph RecordPlanner(const AgentParts& agent);

// π(z), and with exploration noise N(0, 0.1²) limited to ±0.3, the sum clipped
// to [−1, 1].
ActingGraph RecordPolicy(const AgentParts& agent);

}  // namespace rl

#endif  // RL_PLANNER_H_
