#include "rl/agent_config.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace rl {
namespace {

using losses::ModelKind;

absl::Status Wrong(const std::string& sentence) {
  return absl::InvalidArgumentError(sentence);
}

// Not of NaN either. The bounds are far beyond what anyone has had a use for,
// and well within what floats and the memory of a machine hold.
template <typename Number>
absl::Status Within(const char* name, Number value, Number least, Number most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " = ", value, " must be in [", least, ", ",
                            most, "]"));
}

absl::Status Count(const char* name, int64_t value, int64_t least,
                   int64_t most) {
  return Within(name, value, least, most);
}

absl::Status ValidateNetwork(const NetworkConfig& network) {
  constexpr int64_t kWidest = 16'384;
  absl::Status status = Count("network_width", network.width, 1, kWidest);
  status.Update(Count("latent_size", network.latent_size, 1, kWidest));
  status.Update(Count("simnorm_group", network.simnorm_group, 1, kWidest));
  if (!status.ok()) return status;
  if (network.latent_norm == LatentNorm::kSimNorm &&
      network.latent_size % network.simnorm_group != 0) {
    return Wrong(
        absl::StrCat("simnorm_group = ", network.simnorm_group,
                     " does not divide latent_size = ", network.latent_size));
  }
  status.Update(Within("log_std_low", network.log_std_low, -40., 10.));
  status.Update(Within("log_std_high", network.log_std_high, -40., 10.));
  if (!status.ok()) return status;
  if (network.log_std_low >= network.log_std_high) {
    return Wrong(
        absl::StrCat("log_std_low = ", network.log_std_low,
                     " must be below log_std_high = ", network.log_std_high));
  }
  const losses::HlGaussConfig& bins = network.hl_gauss;
  status.Update(Count("critic_bins", bins.bins, 2, 10'000));
  status.Update(Within("critic_sigma", bins.sigma, 1e-3, 1e3));
  status.Update(Within("critic_lowest", bins.lowest, -1e9, 1e9));
  status.Update(Within("critic_highest", bins.highest, -1e9, 1e9));
  if (!status.ok()) return status;
  if (bins.lowest >= bins.highest) {
    return Wrong(
        absl::StrCat("critic_lowest = ", bins.lowest,
                     " must be below critic_highest = ", bins.highest));
  }
  status.Update(Within("critic_prior", network.critic_prior, 0., 1e6));
  return status;
}

absl::Status ValidateLoss(const LossConfig& loss,
                          const NetworkConfig& network) {
  absl::Status status = Count("rollout_steps", loss.rollout_steps, 0, 1000);
  status.Update(Count("bootstrap_steps", loss.bootstrap_steps, 0, 1000));
  status.Update(Count("model_samples", loss.model_samples, 1, 1000));
  status.Update(Within("value_scale", loss.value_scale, 1e-6, 1e9));
  status.Update(Within("reward_weight", loss.reward_weight, 0., 1e6));
  status.Update(Within("auxiliary_weight", loss.auxiliary_weight, 0., 1e6));
  status.Update(Within("vaml_weight", loss.vaml_weight, 0., 1e6));
  if (!status.ok() || loss.algorithm == Algorithm::kTd3) return status;
  if (loss.rollout_steps + loss.bootstrap_steps == 0) {
    return Wrong(
        "rollout_steps = 0 and bootstrap_steps = 0 compare a value with "
        "itself: one of them must be at least 1");
  }
  if (network.model == ModelKind::kDeterministic && loss.model_samples != 1) {
    return Wrong(
        absl::StrCat("a deterministic model has one prediction: "
                     "model_samples must be 1, not ",
                     loss.model_samples));
  }
  if (network.model == ModelKind::kStochastic && loss.model_samples < 2 &&
      loss.algorithm == Algorithm::kCvaml) {
    return Wrong(
        "cvaml with a stochastic model corrects by a sample variance: "
        "model_samples must be at least 2, not 1");
  }
  const bool nll = loss.auxiliary == AuxiliaryLoss::kGaussianNll;
  if (nll != (network.model == ModelKind::kStochastic)) {
    return Wrong(nll ? "the Gaussian likelihood trains a stochastic model; a "
                       "deterministic one needs auxiliary = byol"
                     : "BYOL trains a deterministic model; a stochastic one "
                       "needs auxiliary = gaussian_nll");
  }
  if (loss.auxiliary == AuxiliaryLoss::kByolCrossEntropy &&
      network.latent_norm != LatentNorm::kSimNorm) {
    return Wrong(
        "auxiliary = byol_cross_entropy compares simplices: it needs "
        "latent_norm = simnorm");
  }
  return status;
}

absl::Status ValidateUpdate(const UpdateConfig& update) {
  absl::Status status = Count("batch_size", update.batch_size, 1, 100'000);
  status.Update(Within("discount", update.discount, 0., 1.));
  status.Update(Within("proportion_real", update.proportion_real, 0., 1.));
  status.Update(Within("target_rate", update.target_rate, 0., 1.));
  status.Update(Within("gradient_clip", update.gradient_clip, 1e-9, 1e9));
  status.Update(
      Within("encoder_learning_rate", update.encoder_learning_rate, 0., 1e6));
  status.Update(Within("learning_rate", update.learning_rate, 0., 1e6));
  status.Update(Within("actor_penalty", update.actor_penalty, 0., 1e6));
  return status;
}

absl::Status ValidatePlanner(const PlannerConfig& planner) {
  absl::Status status = Count("planner_horizon", planner.horizon, 1, 100);
  status.Update(Count("planner_iterations", planner.iterations, 1, 100));
  status.Update(Count("planner_samples", planner.samples, 1, 100'000));
  status.Update(
      Count("planner_elites", planner.elites, 1, planner.samples + 1));
  status.Update(Count("planner_model_samples", planner.model_samples, 1, 1000));
  status.Update(Within("planner_temperature", planner.temperature, 1e-9, 1e9));
  status.Update(Within("planner_std_low", planner.std_low, 1e-12, 1e3));
  status.Update(
      Within("planner_std_high", planner.std_high, planner.std_low, 1e3));
  return status;
}

}  // namespace

int AgentConfig::window() const {
  if (loss.algorithm == Algorithm::kTd3) return 1;
  return std::max(1, loss.rollout_steps + loss.bootstrap_steps);
}

bool AgentConfig::trains_model() const {
  return loss.algorithm != Algorithm::kTd3 && loss.rollout_steps > 0;
}

int64_t AgentConfig::real_rows() const {
  if (loss.algorithm == Algorithm::kTd3) return update.batch_size;
  return static_cast<int64_t>(std::floor(
      update.proportion_real * static_cast<double>(update.batch_size)));
}

absl::Status Validate(const AgentConfig& config) {
  constexpr int64_t kLargest = 1'000'000;
  absl::Status status =
      Count("observation_size", config.observation_size, 1, kLargest);
  status.Update(Count("action_size", config.action_size, 1, kLargest));
  status.Update(ValidateNetwork(config.network));
  status.Update(ValidateLoss(config.loss, config.network));
  status.Update(ValidateUpdate(config.update));
  status.Update(ValidatePlanner(config.planner));
  if (!status.ok()) return status;
  if (!config.trains_model() && config.real_rows() < config.update.batch_size) {
    return Wrong(
        absl::StrCat("rollout_steps = 0 trains no model that could make data: "
                     "proportion_real must be 1, not ",
                     config.update.proportion_real));
  }
  return status;
}

}  // namespace rl
