#include "rl/planner.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/networks.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

// One tensor per step of the horizon.
struct Distribution {
  Tensors mean, std;  // [1, action]
};

class Planner {
 public:
  explicit Planner(const AgentParts& agent)
      : agent_(agent),
        config_(agent.config.planner),
        graph_(agent.acting_random.graph()) {}

  ActingGraph Record() {
    ActingGraph plan;
    plan.observation =
        graph_.Input("observation", {1, agent_.config.observation_size});
    latent_ = agent_.encoder(agent_.encoder_group.flat(), plan.observation);
    policy_ = PolicyActions();
    Distribution distribution{.mean = policy_};
    distribution.std.assign(
        config_.horizon,
        graph_.Constant({config_.std_high}, {1, agent_.config.action_size}));
    Tensor weights, elites;  // of the last iteration
    for (int64_t i = 0; i < config_.iterations; ++i) {
      const Tensors actions = Candidates(distribution);
      plan.candidates = actions[0];
      plan.scores = Score(actions).Named("score");
      const Tensor best = TopK(plan.scores, config_.elites);
      weights = Softmax(Take(plan.scores, best) * (1 / config_.temperature));
      elites = Gather(actions[0], best);
      distribution = Refit(actions, best, weights);
    }
    const Tensor drawn = Categorical(
        weights, Uniform(agent_.acting_random, {1}).Named("uniform"));
    const std::vector<int64_t> flat = {agent_.config.action_size};
    plan.exploring = Reshape(Gather(elites, drawn), flat);
    // The weights' sum may be a rounding above 1.
    plan.evaluating = Clip(Reshape(distribution.mean[0], flat), -1, 1);
    plan.random = graph_.Assign(agent_.acting_random,
                                AdvanceRandom(agent_.acting_random));
    return plan;
  }

 private:
  // π along the model's means.
  Tensors PolicyActions() const {
    Tensors actions;
    Tensor latent = latent_;
    for (int64_t h = 0; h < config_.horizon; ++h) {
      actions.push_back(agent_.actor(agent_.actor_group.flat(), latent));
      if (h + 1 == config_.horizon) break;
      latent = agent_.model
                   .Predict(agent_.model_group.flat(), latent, actions.back())
                   .mean;
    }
    return actions;
  }

  // [samples + 1, action] for each step.
  Tensors Candidates(const Distribution& distribution) const {
    Tensors actions;
    for (int64_t h = 0; h < config_.horizon; ++h) {
      const Tensor noise = Normal(agent_.acting_random,
                                  {config_.samples, agent_.config.action_size})
                               .Named("noise");
      const Tensor sampled =
          Clip(distribution.mean[h] + distribution.std[h] * noise, -1, 1);
      actions.push_back(autodiff::Concat({sampled, policy_[h]}, 0));
    }
    return actions;
  }

  int64_t ModelSamples() const {
    return agent_.config.network.model == losses::ModelKind::kStochastic
               ? config_.model_samples
               : 1;
  }

  // [samples + 1]
  Tensor Score(const Tensors& actions) const {
    const Tensor& model = agent_.model_group.flat();
    const double discount = agent_.config.update.discount;
    Tensor latent = latent_;  // [1, latent], then [k, samples + 1, latent]
    Tensor score;
    for (int64_t h = 0; h < config_.horizon; ++h) {
      Tensor reward = agent_.model.Reward(model, latent, actions[h]);
      if (h > 0) reward = Mean(reward, {0});
      const Tensor discounted =
          reward * std::pow(discount, static_cast<double>(h));
      score = score.exists() ? score + discounted : discounted;
      latent = SampleLatent(agent_.model.Predict(model, latent, actions[h]),
                            h == 0 ? std::vector<int64_t>{ModelSamples()}
                                   : std::vector<int64_t>{},
                            agent_.acting_random);
    }
    const Tensors values =
        agent_.critics.Values(agent_.critic_group.flat(), latent,
                              agent_.actor(agent_.actor_group.flat(), latent));
    const Tensor value = Mean(values[0] + values[1], {0}) * 0.5;
    return score +
           value * std::pow(discount, static_cast<double>(config_.horizon));
  }

  Distribution Refit(const Tensors& actions, const Tensor& best,
                     const Tensor& weights) const {
    Distribution distribution;
    const auto as_row = [](const Tensor& x) { return Reshape(x, {1, -1}); };
    for (const Tensor& action : actions) {
      // [action, elites]: a GPU does all that is along rows at once.
      const Tensor elites = Transpose(Gather(action, best));
      const Tensor mean = Sum(elites * weights, {1}, /*keep_axes=*/true);
      const Tensor variance =
          Sum(Square(elites - mean) * weights, {1}, /*keep_axes=*/true);
      distribution.mean.push_back(as_row(mean));
      distribution.std.push_back(
          as_row(Clip(Sqrt(variance), config_.std_low, config_.std_high)));
    }
    return distribution;
  }

  const AgentParts& agent_;
  const PlannerConfig& config_;
  Graph& graph_;
  Tensor latent_;   // [1, latent]
  Tensors policy_;  // [1, action] for each step
};

}  // namespace

ActingGraph RecordPlanner(const AgentParts& agent) {
  return Planner(agent).Record();
}

ActingGraph RecordPolicy(const AgentParts& agent) {
  Graph& graph = agent.acting_random.graph();
  const int64_t size = agent.config.action_size;
  ActingGraph policy;
  policy.observation =
      graph.Input("observation", {1, agent.config.observation_size});
  const Tensor latent =
      agent.encoder(agent.encoder_group.flat(), policy.observation);
  policy.evaluating =
      Reshape(agent.actor(agent.actor_group.flat(), latent), {size});
  const Tensor noise = Normal(agent.acting_random, {size}).Named("noise");
  policy.exploring =
      Clip(policy.evaluating + Clip(0.1 * noise, -0.3, 0.3), -1, 1);
  policy.random =
      graph.Assign(agent.acting_random, AdvanceRandom(agent.acting_random));
  return policy;
}

}  // namespace rl
