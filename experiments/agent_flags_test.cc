#include "experiments/agent_flags.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

using Flags = std::vector<std::pair<std::string, std::string>>;

// The agent with these flags set as on a command line.
absl::StatusOr<rl::AgentConfig> With(const Flags& flags) {
  const absl::FlagSaver saver;
  for (const auto& [name, value] : flags) {
    std::string error;
    EXPECT_TRUE(absl::FindCommandLineFlag(name)->ParseFrom(value, &error))
        << error;
  }
  return AgentConfigFromFlags(/*observation_size=*/3, /*action_size=*/2);
}

// Each setting as a number.
std::vector<double> Numbers(const rl::AgentConfig& c) {
  return {
      static_cast<double>(c.observation_size),
      static_cast<double>(c.action_size),
      static_cast<double>(c.network.width),
      static_cast<double>(c.network.latent_size),
      static_cast<double>(c.network.simnorm_group),
      static_cast<double>(c.network.latent_norm),
      static_cast<double>(c.network.model),
      c.network.log_std_low,
      c.network.log_std_high,
      static_cast<double>(c.network.critic_head),
      static_cast<double>(c.network.hl_gauss.bins),
      c.network.hl_gauss.lowest,
      c.network.hl_gauss.highest,
      c.network.hl_gauss.sigma,
      c.network.critic_prior,
      static_cast<double>(c.loss.algorithm),
      static_cast<double>(c.loss.rollout_steps),
      static_cast<double>(c.loss.bootstrap_steps),
      static_cast<double>(c.loss.sum_steps),
      static_cast<double>(c.loss.model_samples),
      c.loss.value_scale,
      static_cast<double>(c.loss.model_action),
      c.loss.reward_weight,
      c.loss.auxiliary_weight,
      c.loss.vaml_weight,
      static_cast<double>(c.loss.auxiliary),
      static_cast<double>(c.update.batch_size),
      c.update.discount,
      c.update.proportion_real,
      c.update.target_rate,
      c.update.gradient_clip,
      c.update.encoder_learning_rate,
      c.update.learning_rate,
      c.update.actor_penalty,
      static_cast<double>(c.planner.horizon),
      static_cast<double>(c.planner.iterations),
      static_cast<double>(c.planner.samples),
      static_cast<double>(c.planner.elites),
      static_cast<double>(c.planner.model_samples),
      c.planner.temperature,
      c.planner.std_low,
      c.planner.std_high,
  };
}

TEST(AgentFlags, AreThoseOfTheStructure) {
  const absl::StatusOr<rl::AgentConfig> config = With({});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Numbers(*config),
            Numbers({.observation_size = 3, .action_size = 2}));
}

// Sets what it says, and nothing else.
TEST(AgentFlags, EachIsRead) {
  struct Case {
    Flags flags;
    void (*set)(rl::AgentConfig&);
  };
  const std::vector<Case> cases = {
      {{{"network_width", "40"}},
       [](rl::AgentConfig& c) { c.network.width = 40; }},
      {{{"latent_size", "24"}},
       [](rl::AgentConfig& c) { c.network.latent_size = 24; }},
      {{{"simnorm_group", "4"}},
       [](rl::AgentConfig& c) { c.network.simnorm_group = 4; }},
      {{{"latent_norm", "layernorm"}},
       [](rl::AgentConfig& c) {
         c.network.latent_norm = rl::LatentNorm::kLayerNorm;
       }},
      {{{"latent_norm", "none"}},
       [](rl::AgentConfig& c) {
         c.network.latent_norm = rl::LatentNorm::kNone;
       }},
      {{{"model", "deterministic"}},
       [](rl::AgentConfig& c) {
         c.network.model = losses::ModelKind::kDeterministic;
         c.loss.model_samples = 1;
         c.loss.auxiliary = rl::AuxiliaryLoss::kByol;
       }},
      {{{"model", "deterministic"}, {"auxiliary", "byol_cross_entropy"}},
       [](rl::AgentConfig& c) {
         c.network.model = losses::ModelKind::kDeterministic;
         c.loss.model_samples = 1;
         c.loss.auxiliary = rl::AuxiliaryLoss::kByolCrossEntropy;
       }},
      {{{"log_std_low", "-4"}},
       [](rl::AgentConfig& c) { c.network.log_std_low = -4; }},
      {{{"log_std_high", "1"}},
       [](rl::AgentConfig& c) { c.network.log_std_high = 1; }},
      {{{"critic_head", "scalar"}},
       [](rl::AgentConfig& c) {
         c.network.critic_head = rl::CriticHead::kScalar;
       }},
      {{{"critic_bins", "21"}},
       [](rl::AgentConfig& c) { c.network.hl_gauss.bins = 21; }},
      {{{"critic_lowest", "-20"}},
       [](rl::AgentConfig& c) { c.network.hl_gauss.lowest = -20; }},
      {{{"critic_highest", "20"}},
       [](rl::AgentConfig& c) { c.network.hl_gauss.highest = 20; }},
      {{{"critic_sigma", "2"}},
       [](rl::AgentConfig& c) { c.network.hl_gauss.sigma = 2; }},
      {{{"critic_prior", "3"}},
       [](rl::AgentConfig& c) { c.network.critic_prior = 3; }},
      {{{"algorithm", "vaml"}},
       [](rl::AgentConfig& c) { c.loss.algorithm = rl::Algorithm::kVaml; }},
      {{{"algorithm", "td3"}},
       [](rl::AgentConfig& c) { c.loss.algorithm = rl::Algorithm::kTd3; }},
      {{{"rollout_steps", "3"}},
       [](rl::AgentConfig& c) { c.loss.rollout_steps = 3; }},
      {{{"bootstrap_steps", "2"}},
       [](rl::AgentConfig& c) { c.loss.bootstrap_steps = 2; }},
      {{{"sum_steps", "true"}},
       [](rl::AgentConfig& c) { c.loss.sum_steps = true; }},
      {{{"model_samples", "7"}},
       [](rl::AgentConfig& c) { c.loss.model_samples = 7; }},
      {{{"value_scale", "10"}},
       [](rl::AgentConfig& c) { c.loss.value_scale = 10; }},
      {{{"model_action", "true"}},
       [](rl::AgentConfig& c) { c.loss.model_action = true; }},
      {{{"reward_weight", "0.5"}},
       [](rl::AgentConfig& c) { c.loss.reward_weight = 0.5; }},
      {{{"auxiliary_weight", "0.25"}},
       [](rl::AgentConfig& c) { c.loss.auxiliary_weight = 0.25; }},
      {{{"vaml_weight", "0.125"}},
       [](rl::AgentConfig& c) { c.loss.vaml_weight = 0.125; }},
      {{{"batch_size", "32"}},
       [](rl::AgentConfig& c) { c.update.batch_size = 32; }},
      {{{"discount", "0.9"}},
       [](rl::AgentConfig& c) { c.update.discount = 0.9; }},
      {{{"proportion_real", "0.8"}},
       [](rl::AgentConfig& c) { c.update.proportion_real = 0.8; }},
      {{{"target_rate", "0.02"}},
       [](rl::AgentConfig& c) { c.update.target_rate = 0.02; }},
      {{{"gradient_clip", "5"}},
       [](rl::AgentConfig& c) { c.update.gradient_clip = 5; }},
      {{{"encoder_learning_rate", "0.002"}},
       [](rl::AgentConfig& c) { c.update.encoder_learning_rate = 0.002; }},
      {{{"learning_rate", "0.003"}},
       [](rl::AgentConfig& c) { c.update.learning_rate = 0.003; }},
      {{{"actor_penalty", "0.004"}},
       [](rl::AgentConfig& c) { c.update.actor_penalty = 0.004; }},
      {{{"planner_horizon", "2"}},
       [](rl::AgentConfig& c) { c.planner.horizon = 2; }},
      {{{"planner_iterations", "3"}},
       [](rl::AgentConfig& c) { c.planner.iterations = 3; }},
      {{{"planner_samples", "100"}},
       [](rl::AgentConfig& c) { c.planner.samples = 100; }},
      {{{"planner_elites", "9"}},
       [](rl::AgentConfig& c) { c.planner.elites = 9; }},
      {{{"planner_model_samples", "5"}},
       [](rl::AgentConfig& c) { c.planner.model_samples = 5; }},
      {{{"planner_temperature", "0.7"}},
       [](rl::AgentConfig& c) { c.planner.temperature = 0.7; }},
      {{{"planner_std_low", "0.01"}},
       [](rl::AgentConfig& c) { c.planner.std_low = 0.01; }},
      {{{"planner_std_high", "0.9"}},
       [](rl::AgentConfig& c) { c.planner.std_high = 0.9; }},
  };
  for (const Case& c : cases) {
    rl::AgentConfig expected = {.observation_size = 3, .action_size = 2};
    c.set(expected);
    EXPECT_NE(Numbers(expected),
              Numbers({.observation_size = 3, .action_size = 2}));
    const absl::StatusOr<rl::AgentConfig> config = With(c.flags);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(Numbers(*config), Numbers(expected)) << c.flags[0].first;
  }
}

TEST(AgentFlags, RefuseWhatIsOutOfRange) {
  for (const auto& [name, value, sentence] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"latent_norm", "batchnorm",
            "--latent_norm=batchnorm: it must be one of simnorm, layernorm, "
            "none"},
           {"model", "exact", "stochastic, deterministic"},
           {"critic_head", "none", "hl_gauss, scalar"},
           {"algorithm", "dqn", "vaml, cvaml, td3"},
           {"auxiliary", "none", "auto, byol, byol_cross_entropy"},
           {"network_width", "0", "network_width = 0 must be in"},
           {"critic_sigma", "nan", "critic_sigma = nan must be in"}}) {
    const absl::Status status = With({{name, value}}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(sentence));
  }
}

TEST(AgentName, SaysWhatTellsMostAgentsApart) {
  const absl::FlagSaver saver;
  EXPECT_EQ(AgentName(), "cvaml_stochastic_b0");
  std::string error;
  absl::FindCommandLineFlag("algorithm")->ParseFrom("td3", &error);
  EXPECT_EQ(AgentName(), "td3");
}

}  // namespace
}  // namespace experiments
