// What the agent is made of and how it is trained, as data: every variant of
// the paper is a setting of these numbers.
#ifndef RL_AGENT_CONFIG_H_
#define RL_AGENT_CONFIG_H_

#include <cstdint>

#include "absl/status/status.h"
#include "losses/hl_gauss.h"
#include "losses/vaml.h"

namespace rl {

enum class Algorithm {
  kVaml,   // (m, b)-VAML on samples
  kCvaml,  // the same, corrected by the variance of the model's values
  kTd3,    // model-free: the critic's loss alone trains the encoder
};
enum class CriticHead { kHlGauss, kScalar };
enum class LatentNorm { kSimNorm, kLayerNorm, kNone };
enum class AuxiliaryLoss { kByol, kByolCrossEntropy, kGaussianNll };

struct NetworkConfig {
  int64_t width = 512;  // of hidden layers
  int64_t latent_size = 512;
  int64_t simnorm_group = 8;
  LatentNorm latent_norm = LatentNorm::kSimNorm;
  losses::ModelKind model = losses::ModelKind::kStochastic;
  double log_std_low = -5, log_std_high = 0;  // of the stochastic model
  CriticHead critic_head = CriticHead::kHlGauss;
  losses::HlGaussConfig hl_gauss;
  double critic_prior = 17;  // × HLGauss(0), added to the critics' logits
};

struct LossConfig {
  Algorithm algorithm = Algorithm::kCvaml;
  int rollout_steps = 1;      // m ≥ 0
  int bootstrap_steps = 0;    // b ≥ 0
  bool sum_steps = false;     // VAML terms of steps 1 … m, not of m alone
  int64_t model_samples = 4;  // k; 1 for a deterministic model
  double value_scale = 100;   // VAML is taken on values / value_scale
  bool model_action = false;  // b = 0: Q̄(ẑ, π(ẑ)) in place of Q̄(ẑ, π(z'))
  double reward_weight = 1;
  double auxiliary_weight = 1;
  double vaml_weight = 1;
  AuxiliaryLoss auxiliary = AuxiliaryLoss::kGaussianNll;
};

struct UpdateConfig {
  int64_t batch_size = 128;
  double discount = 0.99;  // γ, per decision
  double proportion_real =
      0.9;  // of the critics' rows; the rest from the model
  double target_rate = 0.01;
  double gradient_clip = 10;  // of each group's norm
  double encoder_learning_rate = 1e-4;
  double learning_rate = 3e-4;  // of model, critics, actor
  // Weight of mean u² in the actor's loss, where π = tanh u. At 0 an actor that
  // saturates while the critics know little is stuck there: the gradient of
  // tanh is gone.
  double actor_penalty = 0;
};

struct PlannerConfig {
  int64_t horizon = 1;
  int64_t iterations = 6;
  int64_t samples = 512;  // candidates an iteration, besides the policy's
  int64_t elites = 64;
  int64_t model_samples = 1;  // of each candidate, of a stochastic model
  double temperature = 0.5;   // of the elites' weights
  double std_low = 0.05, std_high = 0.3;  // σ starts at the upper one
};

struct AgentConfig {
  int64_t observation_size = 0;
  int64_t action_size = 0;
  NetworkConfig network;
  LossConfig loss;
  UpdateConfig update;
  PlannerConfig planner;

  // Transitions that a batch element holds: what m + b steps need.
  int window() const;
  // False of td3 and, as the model is trained by its rollouts, without one.
  bool trains_model() const;
  // Rows of the critics' batch that are real.
  int64_t real_rows() const;
};

// InvalidArgument with one sentence for settings that are out of range or
// contradict each other.
absl::Status Validate(const AgentConfig& config);

}  // namespace rl

#endif  // RL_AGENT_CONFIG_H_
