// One update of the agent, recorded as graph: model and encoder, critics and
// their targets, actor.
#ifndef RL_UPDATE_H_
#define RL_UPDATE_H_

#include <string>
#include <utility>
#include <vector>

#include "autodiff/tensor.h"
#include "rl/agent_parts.h"

namespace rl {

// What an update reads: windows of `window` transitions from one episode. The
// inputs are vectors, step by step and row by row.
struct Batch {
  explicit Batch(autodiff::Graph& graph, const AgentConfig& config);

  autodiff::Tensor observations, actions, rewards;  // graph inputs
  autodiff::Tensors observation;  // [batch, observation] × (window + 1)
  autodiff::Tensors action;       // [batch, action] × window
  autodiff::Tensors reward;       // [batch] × window
};

// The losses of step 1, batch means, unweighted, and the scalar that is
// minimised.
struct ModelLosses {
  autodiff::Tensor reward;     // (r̂ − r)², summed over rollout steps
  autodiff::Tensor auxiliary;  // BYOL or likelihood, summed over rollout steps
  autodiff::Tensor vaml;       // (C)VAML of values / value_scale
  autodiff::Tensor critic;     // of the critics on real data
  autodiff::Tensor total;

  // To look at, no part of the total.
  //
  // ½ Σ_i (V̂_k − y)² over both critics i: the values' own error, without
  // value_scale and, unlike CVAML, with Var[V] / k on top of (E V − y)²; summed
  // over the same terms as the loss.
  autodiff::Tensor vaml_error;
  // Nats of p̂(· | z, a) at the first step, of a stochastic model: in closed
  // form, and −1/k Σ_j log p̂(ẑ⁽ʲ⁾ | z, a) over its samples.
  autodiff::Tensor entropy, sampled_entropy;
};
ModelLosses RecordModelLosses(const AgentParts& agent, const Batch& batch);

// Scalars by name. Of an update:
//
//   encoder_critic_loss, vaml_loss, reward_loss, auxiliary_loss, model_entropy
//                      ModelLosses
//   critic_loss        of both critics, on real and model data
//   target_mean, target_min, target_max
//                      of the targets y that they learn from
//   targets_at_limits  share of those beyond the critics' range
//   actor_loss         −mean min(Q̄₁, Q̄₂)(z, π(z)), and its penalty
//   q_min, q_max       of min(Q̄₁, Q̄₂)(z, π(z)) over the batch
//   <group>_gradient_norm
//                      before clipping: encoder, model, critics, actor
using Metrics = std::vector<std::pair<std::string, autodiff::Tensor>>;

// What a program does with a batch.
struct Pass {
  // What it must have as outputs.
  autodiff::Tensors Outputs() const;

  // New versions of state.
  autodiff::Tensors assigned;
  // Scalars worth a line in a log.
  Metrics metrics;
  // Nodes that are fed: before each run with what the variable holds, or left
  // at the zeros that they start with if there is none.
  struct Feed {
    autodiff::Tensor node, variable;
  };
  std::vector<Feed> fed;
};

struct Update {
  Pass whole;  // steps 1 to 3
  // Steps 2 and 3: model and encoder, fed as they are, do not move, and the
  // critics get no gradient from (C)VAML.
  Pass critics_and_actor;
  // Losses of step 1 and what else shows how good the model is. Assigns
  // nothing.
  Pass held_out;
  // Gradients before clipping: encoder, model, critics, actor.
  autodiff::Tensors gradients;
};

// Records the update; once in a graph.
Update RecordUpdate(const AgentParts& agent, const Batch& batch);

}  // namespace rl

#endif  // RL_UPDATE_H_
