// All that an agent learns, in one graph.
#ifndef RL_AGENT_PARTS_H_
#define RL_AGENT_PARTS_H_

#include "autodiff/graph.h"
#include "autodiff/parameters.h"
#include "autodiff/state.h"
#include "autodiff/tensor.h"
#include "rl/agent_config.h"
#include "rl/networks.h"

namespace rl {

// Four groups of parameters, each with an Adam of its own, the networks made of
// them, and the target critics.
struct AgentParts {
  AgentParts(autodiff::Graph& graph, const AgentConfig& config);
  AgentParts(const AgentParts&) = delete;
  AgentParts& operator=(const AgentParts&) = delete;

  // Draws all parameters; the target critics start as the critics.
  template <typename T>
  void Initialize(uint64_t seed, autodiff::State<T>& state) const;

  AgentConfig config;
  autodiff::ParameterGroup encoder_group, model_group, critic_group,
      actor_group;
  Encoder encoder;
  LatentModel model;
  TwinCritics critics;
  Actor actor;
  autodiff::Tensor target_critics;  // θ̄ in the layout of the critics' group
  // Random states: evaluation_random stands in for acting_random in actions of
  // an evaluation.
  autodiff::Tensor update_random, acting_random, evaluation_random;
};

}  // namespace rl

#endif  // RL_AGENT_PARTS_H_
