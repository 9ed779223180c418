// Acting by planning with the model (MPC with a policy prior, as TD-MPC and
// MAD-TD), recorded as graph.
#ifndef RL_PLANNER_H_
#define RL_PLANNER_H_

#include "autodiff/tensor.h"
#include "rl/agent_parts.h"

namespace rl {

struct Plan {
  autodiff::Tensor observation;     // graph input [1, observation]
  autodiff::Tensor sampled_action;  // [action]: an elite, drawn by its weight
  autodiff::Tensor mean_action;     // [action]: for evaluation
  autodiff::Tensor random;          // the acting random state, advanced
  // Of the last iteration.
  autodiff::Tensor actions;  // [samples + 1, action]: first actions, the
                             // policy's last
  autodiff::Tensor scores;   // [samples + 1]
};

// mean = the policy's actions along the model, σ = std_high. Each iteration:
// `samples` action sequences N(mean, σ²), clipped to [−1, 1], and the policy's;
// the score of each is Σ_{h<H} γʰ r̂ + γᴴ ½ (Q₁ + Q₂)(ẑ_H, π(ẑ_H)), averaged
// over the model's samples; the best `elites`, with weights softmax(score /
// temperature), give the new mean and σ, limited to [std_low, std_high].
Plan RecordPlan(const AgentParts& agent);

// π(z) for one observation, and with exploration noise N(0, 0.1²) limited to
// ±0.3, the sum clipped to [−1, 1].
struct PolicyAction {
  autodiff::Tensor observation;           // graph input [1, observation]
  autodiff::Tensor noisy_action, action;  // [action]
  autodiff::Tensor random;                // as in Plan
};
PolicyAction RecordPolicyAction(const AgentParts& agent);

}  // namespace rl

#endif  // RL_PLANNER_H_
