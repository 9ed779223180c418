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
  autodiff::Tensor entropy;    // nats of p̂(· | z, a); none if deterministic
  autodiff::Tensor total;
};
ModelLosses RecordModelLosses(const AgentParts& agent, const Batch& batch);

using Metrics = std::vector<std::pair<std::string, autodiff::Tensor>>;

struct Update {
  // New versions of all state, which a program must have among its outputs.
  autodiff::Tensors assigned;
  // Scalars worth a line in a log.
  Metrics metrics;
  // Gradients before clipping: encoder, model, critics, actor.
  autodiff::Tensors gradients;
};

// Records the update; once in a graph.
Update RecordUpdate(const AgentParts& agent, const Batch& batch);

}  // namespace rl

#endif  // RL_UPDATE_H_
