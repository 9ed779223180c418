#include "rl/agent_parts.h"

#include <cstdint>

#include "absl/algorithm/container.h"
#include "autodiff/graph.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "rl/agent_config.h"
#include "rl/mlp.h"

namespace rl {

AgentParts::AgentParts(autodiff::Graph& graph, const AgentConfig& config)
    : config(config),
      encoder_group(graph, "encoder"),
      model_group(graph, "model"),
      critic_group(graph, "critics"),
      actor_group(graph, "actor"),
      encoder(encoder_group, config),
      model(model_group, config),
      critics(critic_group, config),
      actor(actor_group, config),
      target_critics(
          graph.Variable("target_critics", critic_group.flat().shape())),
      update_random(RandomState(graph, "update_random")),
      acting_random(RandomState(graph, "acting_random")),
      evaluation_random(RandomState(graph, "evaluation_random")) {}

template <typename T>
void AgentParts::Initialize(uint64_t seed, autodiff::State<T>& state) const {
  // A stream of Philox for each group and use.
  const auto stream = [&](uint64_t use) { return 8 * seed + use; };
  InitializeParameters(encoder_group, stream(0), state);
  InitializeParameters(model_group, stream(1), state);
  InitializeParameters(critic_group, stream(2), state);
  InitializeParameters(actor_group, stream(3), state);
  absl::c_copy(state.Reals(critic_group.flat()),
               state.Reals(target_critics).begin());
  autodiff::SeedRandomState(state.Indices(update_random), stream(4));
  autodiff::SeedRandomState(state.Indices(acting_random), stream(5));
  autodiff::SeedRandomState(state.Indices(evaluation_random), stream(6));
}

template void AgentParts::Initialize(uint64_t, autodiff::State<float>&) const;
template void AgentParts::Initialize(uint64_t, autodiff::State<double>&) const;

}  // namespace rl
