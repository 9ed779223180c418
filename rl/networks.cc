#include "rl/networks.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "losses/hl_gauss.h"
#include "losses/td.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"
#include "rl/mlp.h"

namespace rl {
namespace {

using autodiff::Operand;
using autodiff::ParameterGroup;
using autodiff::Tensor;
using autodiff::Tensors;

// [..., 1] → [...].
Tensor DropLastAxis(const Tensor& x) {
  std::vector<int64_t> sizes = x.shape().sizes();
  sizes.pop_back();
  return Reshape(x, sizes);
}

std::vector<int64_t> StateAction(const AgentConfig& config) {
  return {config.network.latent_size, config.action_size};
}

int64_t CriticOutputs(const NetworkConfig& network) {
  return network.critic_head == CriticHead::kHlGauss ? network.hl_gauss.bins
                                                     : 1;
}

}  // namespace

LatentHead::LatentHead(ParameterGroup& group, const std::string& name,
                       const NetworkConfig& config)
    : config_(config),
      linear_(group, name, {config.width}, config.latent_size) {
  if (config.latent_norm != LatentNorm::kNone) {
    norm_.emplace(group, absl::StrCat(name, "/norm"), config.latent_size);
  }
}

Tensor LatentHead::Logits(const Tensor& block, const Operand& features) const {
  const Tensor x = linear_(block, {features});
  return norm_.has_value() ? (*norm_)(block, x) : x;
}

Tensor LatentHead::FromLogits(const Tensor& logits) const {
  return config_.latent_norm == LatentNorm::kSimNorm
             ? GroupSoftmax(logits, config_.simnorm_group)
             : logits;
}

Encoder::Encoder(ParameterGroup& group, const AgentConfig& config)
    : trunk_(group, "encoder", {config.observation_size},
             {config.network.width}),
      head_(group, "encoder/latent", config.network) {}

Tensor Encoder::operator()(const Tensor& block,
                           const Operand& observation) const {
  return head_.FromLogits(head_.Logits(block, trunk_(block, {observation})));
}

LatentModel::LatentModel(ParameterGroup& group, const AgentConfig& config)
    : config_(config.network),
      trunk_(group, "dynamics", StateAction(config),
             {config.network.width, config.network.width}),
      mean_(group, "dynamics/latent", config.network),
      reward_(group, "reward", StateAction(config), config.network.width, 1) {
  if (config_.model == losses::ModelKind::kStochastic) {
    log_std_.emplace(group, "dynamics/log_std",
                     std::vector<int64_t>{config_.width}, config_.latent_size);
  }
}

LatentPrediction LatentModel::Predict(const Tensor& block,
                                      const Operand& latent,
                                      const Operand& action) const {
  const Tensor features = trunk_(block, {latent, action});
  LatentPrediction prediction;
  prediction.logits = mean_.Logits(block, features);
  prediction.mean = mean_.FromLogits(prediction.logits);
  if (log_std_.has_value()) {
    const double low = config_.log_std_low, high = config_.log_std_high;
    prediction.log_std =
        low + 0.5 * (high - low) * (1 + Tanh((*log_std_)(block, {features})));
  }
  return prediction;
}

Tensor LatentModel::Reward(const Tensor& block, const Operand& latent,
                           const Operand& action) const {
  return DropLastAxis(reward_(block, {latent, action}));
}

Tensor SampleLatent(const LatentPrediction& prediction,
                    const std::vector<int64_t>& leading,
                    const Tensor& random_state) {
  std::vector<int64_t> sizes = leading;
  for (const int64_t size : prediction.mean.shape().sizes()) {
    sizes.push_back(size);
  }
  if (!prediction.log_std.exists()) return Reshape(prediction.mean, sizes);
  const Tensor noise =
      Normal(random_state, autodiff::Shape(sizes)).Named("noise");
  return prediction.mean + Exp(prediction.log_std) * noise;
}

TwinCritics::TwinCritics(ParameterGroup& group, const AgentConfig& config)
    : config_(config.network),
      first_(group, "critic1", StateAction(config), config_.width,
             CriticOutputs(config_)),
      second_(group, "critic2", StateAction(config), config_.width,
              CriticOutputs(config_)) {}

Tensors TwinCritics::Outputs(const Tensor& block, const Operand& latent,
                             const Operand& action) const {
  Tensors outputs = {first_(block, {latent, action}),
                     second_(block, {latent, action})};
  if (config_.critic_head == CriticHead::kHlGauss && config_.critic_prior > 0) {
    const Tensor prior =
        losses::HlGaussConstant(block.graph(), 0, config_.hl_gauss);
    for (Tensor& logits : outputs) {
      logits = logits + config_.critic_prior * prior;
    }
  }
  return outputs;
}

Tensor TwinCritics::Value(const Tensor& output) const {
  return config_.critic_head == CriticHead::kHlGauss
             ? losses::HlGaussValue(output, config_.hl_gauss)
             : DropLastAxis(output);
}

Tensors TwinCritics::Values(const Tensor& block, const Operand& latent,
                            const Operand& action) const {
  Tensors values;
  for (const Tensor& output : Outputs(block, latent, action)) {
    values.push_back(Value(output));
  }
  return values;
}

Tensor TwinCritics::Loss(const Tensor& output, const Operand& target) const {
  return config_.critic_head == CriticHead::kHlGauss
             ? losses::HlGaussLoss(output, target, config_.hl_gauss)
             : losses::Td(Value(output), target);
}

Actor::Actor(ParameterGroup& group, const AgentConfig& config)
    : mlp_(group, "actor", {config.network.latent_size}, config.network.width,
           config.action_size) {}

Tensor Actor::BeforeTanh(const Tensor& block, const Operand& latent) const {
  return mlp_(block, {latent});
}

Tensor Actor::operator()(const Tensor& block, const Operand& latent) const {
  return Tanh(BeforeTanh(block, latent));
}

}  // namespace rl
