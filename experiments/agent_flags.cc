#include "experiments/agent_flags.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"

// The networks.
ABSL_FLAG(int64_t, network_width, 512, "Width of hidden layers.");
ABSL_FLAG(int64_t, latent_size, 512, "Size of the latent state.");
ABSL_FLAG(int64_t, simnorm_group, 8,
          "Neighbours that share a softmax in SimNorm; divides --latent_size.");
ABSL_FLAG(std::string, latent_norm, "simnorm",
          "How latents are normalised: simnorm, layernorm or none.");
ABSL_FLAG(std::string, model, "stochastic",
          "The latent model: stochastic or deterministic.");
ABSL_FLAG(double, log_std_low, -5,
          "Least log standard deviation of the stochastic model.");
ABSL_FLAG(double, log_std_high, 0,
          "Greatest log standard deviation of the stochastic model.");
ABSL_FLAG(std::string, critic_head, "hl_gauss",
          "What critics put out: hl_gauss (a histogram) or scalar.");
ABSL_FLAG(int64_t, critic_bins, 151, "Bins of the histogram.");
ABSL_FLAG(double, critic_lowest, -300, "Centre of the first bin.");
ABSL_FLAG(double, critic_highest, 300, "Centre of the last bin.");
ABSL_FLAG(double, critic_sigma, 0.75,
          "Spread of a target in the histogram, in bins.");
ABSL_FLAG(double, critic_prior, 17,
          "Weight of the histogram of 0 that is added to the critics' logits.");
// The losses.
ABSL_FLAG(std::string, algorithm, "cvaml",
          "vaml, cvaml (calibrated), or td3 (no model).");
ABSL_FLAG(int, rollout_steps, 1, "Model steps m before values are compared.");
ABSL_FLAG(int, bootstrap_steps, 0,
          "Real rewards b in the target; 0 compares frozen values (IterVAML),"
          " 1 is MuZero's loss.");
ABSL_FLAG(bool, sum_steps, false,
          "Compares values at steps 1 to m, not at m alone.");
ABSL_FLAG(int64_t, model_samples, 0,
          "Model samples k of each state; 0 is 4 of a stochastic model, 1 of "
          "a deterministic one.");
ABSL_FLAG(double, value_scale, 100, "VAML compares values divided by this.");
ABSL_FLAG(bool, model_action, false,
          "With --bootstrap_steps=0: the policy's action at the model's state"
          " in place of the real one.");
ABSL_FLAG(double, reward_weight, 1, "Weight of the reward loss.");
ABSL_FLAG(double, auxiliary_weight, 1, "Weight of the auxiliary loss.");
ABSL_FLAG(double, vaml_weight, 1, "Weight of the (C)VAML loss.");
ABSL_FLAG(std::string, auxiliary, "auto",
          "Auxiliary loss of the latent model: byol, byol_cross_entropy or "
          "gaussian_nll; auto is gaussian_nll for a stochastic model, byol "
          "for a deterministic one.");
// The optimisation.
ABSL_FLAG(int64_t, batch_size, 128, "Rows of a batch.");
ABSL_FLAG(double, discount, 0.99, "Discount factor of a decision.");
ABSL_FLAG(double, proportion_real, 0.9,
          "Share of real rows in the critics' batch; the rest comes from the "
          "model.");
ABSL_FLAG(double, target_rate, 0.01,
          "Rate at which target critics follow the critics.");
ABSL_FLAG(double, gradient_clip, 10, "Greatest norm of a group's gradient.");
ABSL_FLAG(double, encoder_learning_rate, 1e-4, "Of the encoder's Adam.");
ABSL_FLAG(double, learning_rate, 3e-4,
          "Of the Adams of model, critics and actor.");
ABSL_FLAG(double, actor_penalty, 0,
          "Weight of the mean square of what the actor's tanh takes, in its "
          "loss: above 0 it frees actions that stick to their limits.");
// The planner.
ABSL_FLAG(int64_t, planner_horizon, 1, "Decisions that it looks ahead.");
ABSL_FLAG(int64_t, planner_iterations, 6, "Times that it draws candidates.");
ABSL_FLAG(int64_t, planner_samples, 512, "Candidates of an iteration.");
ABSL_FLAG(int64_t, planner_elites, 64,
          "Best candidates, which the next iteration starts from.");
ABSL_FLAG(int64_t, planner_model_samples, 1,
          "Model samples of a candidate, of a stochastic model.");
ABSL_FLAG(double, planner_temperature, 0.5, "Of the elites' weights.");
ABSL_FLAG(double, planner_std_low, 0.05,
          "Least standard deviation of candidates.");
ABSL_FLAG(double, planner_std_high, 0.3,
          "Greatest standard deviation of candidates, and that of the first "
          "iteration.");

namespace experiments {
namespace {

using losses::ModelKind;
using rl::Algorithm;
using rl::AuxiliaryLoss;
using rl::CriticHead;
using rl::LatentNorm;

template <typename Choice>
using Choices = std::vector<std::pair<absl::string_view, Choice>>;

// Sets `choice` to the one called `value`, or says which there are.
template <typename Choice>
absl::Status Choose(absl::string_view flag, const std::string& value,
                    const Choices<Choice>& choices, Choice& choice) {
  std::vector<absl::string_view> names;
  for (const auto& [name, named] : choices) {
    names.push_back(name);
    if (name != value) continue;
    choice = named;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("--", flag, "=", value,
                                                 ": it must be one of ",
                                                 absl::StrJoin(names, ", ")));
}

absl::Status ReadChoices(rl::AgentConfig& config) {
  absl::Status status = Choose("latent_norm", absl::GetFlag(FLAGS_latent_norm),
                               {{"simnorm", LatentNorm::kSimNorm},
                                {"layernorm", LatentNorm::kLayerNorm},
                                {"none", LatentNorm::kNone}},
                               config.network.latent_norm);
  status.Update(Choose("model", absl::GetFlag(FLAGS_model),
                       {{"stochastic", ModelKind::kStochastic},
                        {"deterministic", ModelKind::kDeterministic}},
                       config.network.model));
  status.Update(Choose(
      "critic_head", absl::GetFlag(FLAGS_critic_head),
      {{"hl_gauss", CriticHead::kHlGauss}, {"scalar", CriticHead::kScalar}},
      config.network.critic_head));
  status.Update(Choose("algorithm", absl::GetFlag(FLAGS_algorithm),
                       {{"vaml", Algorithm::kVaml},
                        {"cvaml", Algorithm::kCvaml},
                        {"td3", Algorithm::kTd3}},
                       config.loss.algorithm));
  const bool stochastic = config.network.model == ModelKind::kStochastic;
  status.Update(
      Choose("auxiliary", absl::GetFlag(FLAGS_auxiliary),
             {{"auto",
               stochastic ? AuxiliaryLoss::kGaussianNll : AuxiliaryLoss::kByol},
              {"byol", AuxiliaryLoss::kByol},
              {"byol_cross_entropy", AuxiliaryLoss::kByolCrossEntropy},
              {"gaussian_nll", AuxiliaryLoss::kGaussianNll}},
             config.loss.auxiliary));
  if (config.loss.model_samples == 0) {
    config.loss.model_samples = stochastic ? 4 : 1;
  }
  return status;
}

}  // namespace

absl::StatusOr<rl::AgentConfig> AgentConfigFromFlags(int64_t observation_size,
                                                     int64_t action_size) {
  rl::AgentConfig config = {.observation_size = observation_size,
                            .action_size = action_size};
  config.network.width = absl::GetFlag(FLAGS_network_width);
  config.network.latent_size = absl::GetFlag(FLAGS_latent_size);
  config.network.simnorm_group = absl::GetFlag(FLAGS_simnorm_group);
  config.network.log_std_low = absl::GetFlag(FLAGS_log_std_low);
  config.network.log_std_high = absl::GetFlag(FLAGS_log_std_high);
  config.network.hl_gauss.bins = absl::GetFlag(FLAGS_critic_bins);
  config.network.hl_gauss.lowest = absl::GetFlag(FLAGS_critic_lowest);
  config.network.hl_gauss.highest = absl::GetFlag(FLAGS_critic_highest);
  config.network.hl_gauss.sigma = absl::GetFlag(FLAGS_critic_sigma);
  config.network.critic_prior = absl::GetFlag(FLAGS_critic_prior);
  config.loss.rollout_steps = absl::GetFlag(FLAGS_rollout_steps);
  config.loss.bootstrap_steps = absl::GetFlag(FLAGS_bootstrap_steps);
  config.loss.sum_steps = absl::GetFlag(FLAGS_sum_steps);
  config.loss.model_samples = absl::GetFlag(FLAGS_model_samples);
  config.loss.value_scale = absl::GetFlag(FLAGS_value_scale);
  config.loss.model_action = absl::GetFlag(FLAGS_model_action);
  config.loss.reward_weight = absl::GetFlag(FLAGS_reward_weight);
  config.loss.auxiliary_weight = absl::GetFlag(FLAGS_auxiliary_weight);
  config.loss.vaml_weight = absl::GetFlag(FLAGS_vaml_weight);
  config.update.batch_size = absl::GetFlag(FLAGS_batch_size);
  config.update.discount = absl::GetFlag(FLAGS_discount);
  config.update.proportion_real = absl::GetFlag(FLAGS_proportion_real);
  config.update.target_rate = absl::GetFlag(FLAGS_target_rate);
  config.update.gradient_clip = absl::GetFlag(FLAGS_gradient_clip);
  config.update.encoder_learning_rate =
      absl::GetFlag(FLAGS_encoder_learning_rate);
  config.update.learning_rate = absl::GetFlag(FLAGS_learning_rate);
  config.update.actor_penalty = absl::GetFlag(FLAGS_actor_penalty);
  config.planner.horizon = absl::GetFlag(FLAGS_planner_horizon);
  config.planner.iterations = absl::GetFlag(FLAGS_planner_iterations);
  config.planner.samples = absl::GetFlag(FLAGS_planner_samples);
  config.planner.elites = absl::GetFlag(FLAGS_planner_elites);
  config.planner.model_samples = absl::GetFlag(FLAGS_planner_model_samples);
  config.planner.temperature = absl::GetFlag(FLAGS_planner_temperature);
  config.planner.std_low = absl::GetFlag(FLAGS_planner_std_low);
  config.planner.std_high = absl::GetFlag(FLAGS_planner_std_high);
  absl::Status status = ReadChoices(config);
  status.Update(Validate(config));
  if (!status.ok()) return status;
  return config;
}

std::string AgentName() {
  const std::string algorithm = absl::GetFlag(FLAGS_algorithm);
  if (algorithm == "td3") return algorithm;
  return absl::StrCat(algorithm, "_", absl::GetFlag(FLAGS_model), "_b",
                      absl::GetFlag(FLAGS_bootstrap_steps));
}

}  // namespace experiments
