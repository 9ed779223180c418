#include "rl/update.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/optimizer.h"
#include "autodiff/parameters.h"
#include "losses/byol.h"
#include "losses/gaussian.h"
#include "losses/td.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/networks.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::Operand;
using autodiff::Tensor;
using autodiff::Tensors;

// min(Q₁, Q₂)
Tensor Smaller(const Tensors& values) { return Minimum(values[0], values[1]); }

// Q̄_i(z, π(z)) of both target critics, and the action.
struct PolicyValues {
  Tensor action;
  Tensors values;
};
PolicyValues RecordPolicyValues(const AgentParts& agent, const Tensor& latent) {
  const Tensor action = agent.actor(agent.actor_group.flat(), latent);
  return {.action = action,
          .values = agent.critics.Values(agent.target_critics, latent, action)};
}

// y = Σ_{j<b} γʲ r_{m+j} + γᵇ min(Q̄₁, Q̄₂)(z, π(z)) for the values at z_{m+b}.
Tensor ValueTarget(const AgentParts& agent, const Tensors& rewards,
                   const PolicyValues& at_end) {
  return StopGradient(losses::BootstrapTarget(
      rewards, agent.config.update.discount, Smaller(at_end.values)));
}

// Σ_i mean loss of critic i's output.
Tensor CriticLoss(const AgentParts& agent, const Tensors& outputs,
                  const Tensor& target) {
  return Mean(agent.critics.Loss(outputs[0], target)) +
         Mean(agent.critics.Loss(outputs[1], target));
}

Tensor AuxiliaryLossOf(const AgentConfig& config,
                       const LatentPrediction& prediction,
                       const Tensor& next_latent) {
  switch (config.loss.auxiliary) {
    case AuxiliaryLoss::kByol:
      return losses::Byol(prediction.mean, next_latent);
    case AuxiliaryLoss::kByolCrossEntropy:
      return losses::ByolCrossEntropy(prediction.logits, next_latent,
                                      config.network.simnorm_group);
    case AuxiliaryLoss::kGaussianNll:
      break;
  }
  return losses::GaussianNll(StopGradient(next_latent), prediction.mean,
                             prediction.log_std);
}

// Of x̂_0 = z_0 there is one, whatever the model.
losses::ModelKind SampledFrom(const AgentConfig& config) {
  return config.loss.rollout_steps == 0 ? losses::ModelKind::kDeterministic
                                        : config.network.model;
}

void AddTo(Tensor& sum, const Tensor& term) {
  sum = sum.exists() ? sum + term : term;
}

// Adds a term of (C)VAML and its error (update.h), averages over both critics:
// model values [k, batch] against targets [batch], one of each per critic.
void AddVaml(const AgentConfig& config, const Tensors& values,
             const Tensors& targets, ModelLosses& losses) {
  const double scale = 1 / config.loss.value_scale;
  Tensor loss, error;
  for (size_t i = 0; i < values.size(); ++i) {
    const Tensor samples = Transpose(values[i]);  // [batch, k]
    const Tensor scaled = samples * scale, target = targets[i] * scale;
    AddTo(loss,
          Mean(config.loss.algorithm == Algorithm::kCvaml
                   ? losses::CalibratedVaml(scaled, target, SampledFrom(config))
                   : losses::Vaml(scaled, target)));
    AddTo(error, Mean(losses::Vaml(samples, targets[i])));
  }
  const auto critics = static_cast<double>(values.size());
  AddTo(losses.vaml, loss / critics);
  AddTo(losses.vaml_error, error / critics);
}

// Step 1, but for the weights of its losses.
class ModelStep {
 public:
  ModelStep(const AgentParts& agent, const Batch& batch)
      : agent_(agent),
        config_(agent.config),
        batch_(batch),
        values_(batch.observation.size()) {
    for (size_t i = 0; i < batch.observation.size(); ++i) {
      latents_.push_back(
          agent.encoder(agent.encoder_group.flat(), batch.observation[i]));
      if (i > 0) latents_[i] = StopGradient(latents_[i]);
    }
  }

  ModelLosses Record() {
    ModelLosses losses;
    // Trains the encoder only: in step 2 the critics learn from data encoded
    // anew.
    losses.critic = CriticLoss(
        agent_,
        agent_.critics.Outputs(StopGradient(agent_.critic_group.flat()),
                               latents_[0], batch_.action[0]),
        ValueTarget(agent_, {batch_.reward[0]}, ValuesAt(1)));
    losses.total = losses.critic;
    if (config_.loss.algorithm == Algorithm::kTd3) return losses;
    RollOut(losses);
    losses.total = losses.total + config_.loss.vaml_weight * losses.vaml;
    if (losses.reward.exists()) {
      losses.total = losses.total + config_.loss.reward_weight * losses.reward +
                     config_.loss.auxiliary_weight * losses.auxiliary;
    }
    return losses;
  }

 private:
  // The model from z_0 along the real actions, with k samples from its first
  // step on.
  void RollOut(ModelLosses& losses) {
    const Tensor& block = agent_.model_group.flat();
    const int steps = config_.loss.rollout_steps;
    Tensor latent = latents_[0];
    if (steps == 0) {
      AddVamlTerm(Reshape(latent, Leading(1, latent)), 0, losses);
      return;
    }
    for (int i = 0; i < steps; ++i) {
      const Tensor& action = batch_.action[i];
      AddTo(losses.reward,
            Mean(Square(agent_.model.Reward(block, latent, action) -
                        batch_.reward[i])));
      const LatentPrediction prediction =
          agent_.model.Predict(block, latent, action);
      AddTo(losses.auxiliary,
            Mean(AuxiliaryLossOf(config_, prediction, latents_[i + 1])));
      latent =
          SampleLatent(prediction,
                       i == 0 ? std::vector<int64_t>{config_.loss.model_samples}
                              : std::vector<int64_t>{},
                       agent_.update_random);
      if (i == 0) AddEntropies(prediction, latent, losses);
      if (config_.loss.sum_steps || i + 1 == steps) {
        AddVamlTerm(latent, i + 1, losses);
      }
    }
  }

  // From the first step's samples, [k, batch, latent].
  void AddEntropies(const LatentPrediction& prediction, const Tensor& samples,
                    ModelLosses& losses) const {
    if (!prediction.log_std.exists()) return;
    losses.entropy = Mean(losses::GaussianEntropy(prediction.log_std));
    losses.sampled_entropy =
        static_cast<double>(config_.network.latent_size) *
        Mean(losses::GaussianNll(samples, prediction.mean, prediction.log_std));
  }

  static std::vector<int64_t> Leading(int64_t size, const Tensor& x) {
    std::vector<int64_t> sizes = x.shape().sizes();
    sizes.insert(sizes.begin(), size);
    return sizes;
  }

  // The term at step m from model samples x̂_m, [k, batch, latent].
  void AddVamlTerm(const Tensor& model_latent, int m, ModelLosses& losses) {
    const int b = config_.loss.bootstrap_steps;
    if (b == 0) {
      AddVamlOfFrozenValue(model_latent, ValuesAt(m), losses);
      return;
    }
    const Tensors rewards(batch_.reward.begin() + m,
                          batch_.reward.begin() + m + b);
    const Tensor target = ValueTarget(agent_, rewards, ValuesAt(m + b));
    const Tensors values = agent_.critics.Values(
        agent_.critic_group.flat(), model_latent, batch_.action[m]);
    AddVaml(config_, values, {target, target}, losses);
  }

  // b = 0: the same frozen value on both sides.
  void AddVamlOfFrozenValue(const Tensor& model_latent,
                            const PolicyValues& real,
                            ModelLosses& losses) const {
    const Tensors values = agent_.critics.Values(
        agent_.target_critics, model_latent,
        config_.loss.model_action
            ? agent_.actor(agent_.actor_group.flat(), model_latent)
            : StopGradient(real.action));
    AddVaml(config_, values,
            {StopGradient(real.values[0]), StopGradient(real.values[1])},
            losses);
  }

  // At z_i; recorded once, as the targets of several losses share it.
  const PolicyValues& ValuesAt(size_t i) {
    if (!values_[i].has_value()) {
      values_[i] = RecordPolicyValues(agent_, latents_[i]);
    }
    return *values_[i];
  }

  const AgentParts& agent_;
  const AgentConfig& config_;
  const Batch& batch_;
  Tensors latents_;  // z_0 with gradient, z_1, z_2, … without
  std::vector<std::optional<PolicyValues>> values_;  // at latents_
};

// What the critics learn from: real rows first, then the model's.
struct CriticData {
  Tensor latent, action, target;
};
CriticData RecordCriticData(const AgentParts& agent, const Batch& batch,
                            const Tensor& encoder, const Tensor& model) {
  const int64_t rows = agent.config.update.batch_size;
  const int64_t real = agent.config.real_rows();
  const Tensor latent =
      StopGradient(agent.encoder(encoder, batch.observation[0]));
  Tensor action = batch.action[0], reward = batch.reward[0], next;
  if (real > 0) {
    next = agent.encoder(encoder, Slice(batch.observation[1], 0, 0, real));
  }
  if (real < rows) {
    const Tensor start = Slice(latent, 0, real, rows);
    const Tensor policy_action = agent.actor(agent.actor_group.flat(), start);
    const Tensor model_next =
        SampleLatent(agent.model.Predict(model, start, policy_action), {},
                     agent.update_random);
    const Tensor model_reward = agent.model.Reward(model, start, policy_action);
    action = autodiff::Concat({Slice(action, 0, 0, real), policy_action}, 0);
    reward = autodiff::Concat({Slice(reward, 0, 0, real), model_reward}, 0);
    next = real > 0 ? autodiff::Concat({next, model_next}, 0) : model_next;
  }
  return {.latent = latent,
          .action = StopGradient(action),
          .target = ValueTarget(agent, {reward},
                                RecordPolicyValues(agent, StopGradient(next)))};
}

// Adds those that there are.
void AddMetrics(Pass& pass, const Metrics& metrics) {
  for (const auto& [name, tensor] : metrics) {
    if (tensor.exists()) pass.metrics.emplace_back(name, tensor);
  }
}

template <typename T>
std::vector<T> Joined(std::vector<T> x, const std::vector<T>& y) {
  x.insert(x.end(), y.begin(), y.end());
  return x;
}

// Share of targets that the critic's range clips.
Tensor ShareAtLimits(const AgentConfig& config, const Tensor& target) {
  const losses::HlGaussConfig& bins = config.network.hl_gauss;
  return Mean(LessEqual(target, bins.lowest)) +
         Mean(LessEqual(bins.highest, target));
}

}  // namespace

Batch::Batch(Graph& graph, const AgentConfig& config) {
  const int64_t rows = config.update.batch_size;
  const int64_t steps = config.window();
  const int64_t seen = rows * config.observation_size;
  const int64_t done = rows * config.action_size;
  observations = graph.Input("observations", {(steps + 1) * seen});
  actions = graph.Input("actions", {steps * done});
  rewards = graph.Input("rewards", {steps * rows});
  for (int64_t i = 0; i <= steps; ++i) {
    observation.push_back(
        View(observations, i * seen, {rows, config.observation_size}));
    if (i == steps) break;
    action.push_back(View(actions, i * done, {rows, config.action_size}));
    reward.push_back(View(rewards, i * rows, {rows}));
  }
}

Tensors Pass::Outputs() const {
  Tensors outputs = assigned;
  for (const auto& [name, tensor] : metrics) outputs.push_back(tensor);
  return outputs;
}

ModelLosses RecordModelLosses(const AgentParts& agent, const Batch& batch) {
  return ModelStep(agent, batch).Record();
}

Update RecordUpdate(const AgentParts& agent, const Batch& batch) {
  const UpdateConfig& config = agent.config.update;
  const bool has_model = agent.config.loss.algorithm != Algorithm::kTd3;
  const bool trains_critics =
      has_model && agent.config.loss.bootstrap_steps > 0;
  Update update;
  const auto adam = [&](Pass& pass, const autodiff::ParameterGroup& group,
                        const Tensor& gradient, double learning_rate) {
    const Tensor norm = Norm(gradient);
    update.gradients.push_back(gradient);
    pass.metrics.emplace_back(group.name() + "_gradient_norm", norm);
    pass.assigned.push_back(Adam(group, gradient,
                                 {.learning_rate = learning_rate},
                                 ClipScale(norm, config.gradient_clip)));
    return pass.assigned.back();
  };

  // 1. Model and encoder.
  const ModelLosses losses = RecordModelLosses(agent, batch);
  Pass first;
  AddMetrics(first, {{"encoder_critic_loss", losses.critic},
                     {"vaml_loss", losses.vaml},
                     {"reward_loss", losses.reward},
                     {"auxiliary_loss", losses.auxiliary},
                     {"model_entropy", losses.entropy}});
  AddMetrics(update.held_out, {{"critic_loss", losses.critic},
                               {"vaml_loss", losses.vaml},
                               {"vaml_error", losses.vaml_error},
                               {"reward_loss", losses.reward},
                               {"auxiliary_loss", losses.auxiliary},
                               {"model_entropy", losses.entropy},
                               {"sampled_entropy", losses.sampled_entropy}});
  std::vector<const autodiff::ParameterGroup*> groups = {&agent.encoder_group};
  if (has_model) groups.push_back(&agent.model_group);
  if (trains_critics) groups.push_back(&agent.critic_group);
  const Tensors gradients = GroupGradients(losses.total, groups);
  const Tensor encoder = adam(first, agent.encoder_group, gradients[0],
                              config.encoder_learning_rate);
  const Tensor model = has_model ? adam(first, agent.model_group, gradients[1],
                                        config.learning_rate)
                                 : agent.model_group.flat();

  // 2. Critics, on latents encoded anew, then their targets.
  Pass& rest = update.critics_and_actor;
  rest.fed = {{encoder, agent.encoder_group.flat()}};
  if (agent.config.real_rows() < config.batch_size) {
    rest.fed.push_back({model, agent.model_group.flat()});
  }
  const CriticData data = RecordCriticData(agent, batch, encoder, model);
  const Tensors outputs = agent.critics.Outputs(agent.critic_group.flat(),
                                                data.latent, data.action);
  const Tensor critic_loss = CriticLoss(agent, outputs, data.target);
  AddMetrics(rest,
             {{"critic_loss", critic_loss},
              {"target_mean", Mean(data.target)},
              {"target_min", Min(data.target)},
              {"target_max", Max(data.target)},
              {"targets_at_limits", ShareAtLimits(agent.config, data.target)}});
  Tensor critic_gradient = agent.critic_group.Gradient(critic_loss);
  if (trains_critics) {
    critic_gradient = critic_gradient + gradients[2];
    rest.fed.push_back({gradients[2], {}});
  }
  const Tensor critics =
      adam(rest, agent.critic_group, critic_gradient, config.learning_rate);
  const Tensor target_critics =
      AverageTarget(agent.target_critics, critics, config.target_rate);
  rest.assigned.push_back(target_critics);

  // 3. Actor.
  const Tensor before_tanh =
      agent.actor.BeforeTanh(agent.actor_group.flat(), data.latent);
  const Tensor q = Smaller(
      agent.critics.Values(target_critics, data.latent, Tanh(before_tanh)));
  Tensor actor_loss = -Mean(q);
  if (config.actor_penalty > 0) {
    actor_loss = actor_loss + config.actor_penalty * Mean(Square(before_tanh));
  }
  AddMetrics(
      rest, {{"actor_loss", actor_loss}, {"q_min", Min(q)}, {"q_max", Max(q)}});
  adam(rest, agent.actor_group, agent.actor_group.Gradient(actor_loss),
       config.learning_rate);

  if (has_model) {
    rest.assigned.push_back(model.graph().Assign(
        agent.update_random, AdvanceRandom(agent.update_random)));
  }
  update.whole = {.assigned = Joined(first.assigned, rest.assigned),
                  .metrics = Joined(first.metrics, rest.metrics)};
  return update;
}

}  // namespace rl
