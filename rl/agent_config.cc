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

absl::Status Finite(const char* name, double value) {
  if (std::isfinite(value)) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " = ", value, " must be a finite number"));
}

absl::Status AtLeast(const char* name, double value, double least) {
  if (!std::isfinite(value)) return Finite(name, value);
  if (value >= least) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " = ", value, " must be at least ", least));
}

absl::Status Above(const char* name, double value, double bound) {
  if (!std::isfinite(value)) return Finite(name, value);
  if (value > bound) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " = ", value, " must be above ", bound));
}

absl::Status Within(const char* name, double value, double least, double most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return Wrong(absl::StrCat(name, " = ", value, " must be in [", least, ", ",
                            most, "]"));
}

absl::Status ValidateNetwork(const NetworkConfig& network) {
  absl::Status status = AtLeast("width", static_cast<double>(network.width), 1);
  status.Update(
      AtLeast("latent_size", static_cast<double>(network.latent_size), 1));
  status.Update(
      AtLeast("simnorm_group", static_cast<double>(network.simnorm_group), 1));
  if (!status.ok()) return status;
  if (network.latent_norm == LatentNorm::kSimNorm &&
      network.latent_size % network.simnorm_group != 0) {
    return Wrong(
        absl::StrCat("simnorm_group = ", network.simnorm_group,
                     " does not divide latent_size = ", network.latent_size));
  }
  status.Update(Finite("log_std_low", network.log_std_low));
  status.Update(Finite("log_std_high", network.log_std_high));
  if (!status.ok()) return status;
  if (network.log_std_low >= network.log_std_high) {
    return Wrong(
        absl::StrCat("log_std_low = ", network.log_std_low,
                     " must be below log_std_high = ", network.log_std_high));
  }
  const losses::HlGaussConfig& bins = network.hl_gauss;
  status.Update(AtLeast("critic_bins", static_cast<double>(bins.bins), 2));
  status.Update(Above("critic_sigma", bins.sigma, 0));
  status.Update(Finite("critic_lowest", bins.lowest));
  status.Update(Finite("critic_highest", bins.highest));
  if (!status.ok()) return status;
  if (bins.lowest >= bins.highest) {
    return Wrong(
        absl::StrCat("critic_lowest = ", bins.lowest,
                     " must be below critic_highest = ", bins.highest));
  }
  status.Update(AtLeast("critic_prior", network.critic_prior, 0));
  return status;
}

absl::Status ValidateLoss(const LossConfig& loss,
                          const NetworkConfig& network) {
  absl::Status status = AtLeast("rollout_steps", loss.rollout_steps, 0);
  status.Update(AtLeast("bootstrap_steps", loss.bootstrap_steps, 0));
  status.Update(
      AtLeast("model_samples", static_cast<double>(loss.model_samples), 1));
  status.Update(Above("value_scale", loss.value_scale, 0));
  status.Update(AtLeast("reward_weight", loss.reward_weight, 0));
  status.Update(AtLeast("auxiliary_weight", loss.auxiliary_weight, 0));
  status.Update(AtLeast("vaml_weight", loss.vaml_weight, 0));
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
  absl::Status status =
      AtLeast("batch_size", static_cast<double>(update.batch_size), 1);
  status.Update(Within("discount", update.discount, 0, 1));
  status.Update(Within("proportion_real", update.proportion_real, 0, 1));
  status.Update(Within("target_rate", update.target_rate, 0, 1));
  status.Update(Above("gradient_clip", update.gradient_clip, 0));
  status.Update(
      AtLeast("encoder_learning_rate", update.encoder_learning_rate, 0));
  status.Update(AtLeast("learning_rate", update.learning_rate, 0));
  status.Update(AtLeast("actor_penalty", update.actor_penalty, 0));
  return status;
}

absl::Status ValidatePlanner(const PlannerConfig& planner) {
  absl::Status status =
      AtLeast("planner_horizon", static_cast<double>(planner.horizon), 1);
  status.Update(AtLeast("planner_iterations",
                        static_cast<double>(planner.iterations), 1));
  status.Update(
      AtLeast("planner_samples", static_cast<double>(planner.samples), 1));
  status.Update(Within("planner_elites", static_cast<double>(planner.elites), 1,
                       static_cast<double>(planner.samples + 1)));
  status.Update(AtLeast("planner_model_samples",
                        static_cast<double>(planner.model_samples), 1));
  status.Update(Above("planner_temperature", planner.temperature, 0));
  status.Update(Above("planner_std_low", planner.std_low, 0));
  status.Update(AtLeast("planner_std_high", planner.std_high, planner.std_low));
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
  absl::Status status = AtLeast(
      "observation_size", static_cast<double>(config.observation_size), 1);
  status.Update(
      AtLeast("action_size", static_cast<double>(config.action_size), 1));
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
