#include "rl/agent_config.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "losses/vaml.h"

namespace rl {
namespace {

using losses::ModelKind;

AgentConfig Sound() { return {.observation_size = 3, .action_size = 2}; }

AgentConfig Deterministic() {
  AgentConfig config = Sound();
  config.network.model = ModelKind::kDeterministic;
  config.loss.model_samples = 1;
  config.loss.auxiliary = AuxiliaryLoss::kByol;
  return config;
}

using Change = std::function<void(AgentConfig&)>;

std::string SentenceFor(AgentConfig config, const Change& change) {
  change(config);
  const absl::Status status = Validate(config);
  if (status.ok()) return "accepted";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

std::string SentenceFor(const Change& change) {
  return SentenceFor(Sound(), change);
}

TEST(Validate, AcceptsWhatIsSound) {
  EXPECT_EQ(SentenceFor([](AgentConfig&) {}), "accepted");
  EXPECT_EQ(SentenceFor(Deterministic(), [](AgentConfig&) {}), "accepted");
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.loss.algorithm = Algorithm::kTd3; }),
      "accepted");
  EXPECT_EQ(SentenceFor(Deterministic(),
                        [](AgentConfig& c) {
                          c.loss.auxiliary = AuxiliaryLoss::kByolCrossEntropy;
                        }),
            "accepted");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.loss.algorithm = Algorithm::kVaml;
              c.loss.model_samples = 1;
            }),
            "accepted")
      << "vaml needs no variance";
  EXPECT_EQ(SentenceFor(Deterministic(),
                        [](AgentConfig& c) {
                          c.loss.rollout_steps = 0;
                          c.loss.bootstrap_steps = 1;
                          c.update.proportion_real = 1;
                        }),
            "accepted");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.network.latent_norm = LatentNorm::kNone;
              c.network.latent_size = 7;
            }),
            "accepted")
      << "groups are SimNorm's alone";
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.planner.samples = 10;
              c.planner.elites = 11;
            }),
            "accepted")
      << "the policy's action is a candidate too";
}

// Settings with a bound: the least good value, and one below it.
struct Bound {
  std::string name;
  std::function<void(AgentConfig&, double)> set;
  double good, bad;
  std::string rule;
};

#define SET(field)                                           \
  [](AgentConfig& c, double x) {                             \
    c.field = static_cast<decltype(AgentConfig().field)>(x); \
  }

std::vector<Bound> Bounds() {
  const std::string one = "must be at least 1", zero = "must be at least 0",
                    above = "must be above 0", unit = "must be in [0, 1]";
  return {
      {"observation_size", SET(observation_size), 1, 0, one},
      {"action_size", SET(action_size), 1, 0, one},
      {"width", SET(network.width), 1, 0, one},
      {"latent_size", SET(network.latent_size), 8, 0, one},
      {"simnorm_group", SET(network.simnorm_group), 1, 0, one},
      {"critic_bins", SET(network.hl_gauss.bins), 2, 1, "must be at least 2"},
      {"critic_sigma", SET(network.hl_gauss.sigma), 0.1, 0, above},
      {"critic_prior", SET(network.critic_prior), 0, -1, zero},
      {"rollout_steps", SET(loss.rollout_steps), 1, -1, zero},
      {"bootstrap_steps", SET(loss.bootstrap_steps), 0, -1, zero},
      {"model_samples", SET(loss.model_samples), 2, 0, one},
      {"value_scale", SET(loss.value_scale), 0.1, 0, above},
      {"reward_weight", SET(loss.reward_weight), 0, -0.5, zero},
      {"auxiliary_weight", SET(loss.auxiliary_weight), 0, -0.5, zero},
      {"vaml_weight", SET(loss.vaml_weight), 0, -0.5, zero},
      {"batch_size", SET(update.batch_size), 1, 0, one},
      {"discount", SET(update.discount), 0, -0.5, unit},
      {"discount", SET(update.discount), 1, 1.5, unit},
      {"proportion_real", SET(update.proportion_real), 0, -0.5, unit},
      {"proportion_real", SET(update.proportion_real), 1, 1.5, unit},
      {"target_rate", SET(update.target_rate), 0, -0.5, unit},
      {"target_rate", SET(update.target_rate), 1, 1.5, unit},
      {"gradient_clip", SET(update.gradient_clip), 0.1, 0, above},
      {"encoder_learning_rate", SET(update.encoder_learning_rate), 0, -1, zero},
      {"learning_rate", SET(update.learning_rate), 0, -1, zero},
      {"actor_penalty", SET(update.actor_penalty), 0, -1, zero},
      {"planner_horizon", SET(planner.horizon), 1, 0, one},
      {"planner_iterations", SET(planner.iterations), 1, 0, one},
      {"planner_elites", SET(planner.elites), 1, 0, "must be in [1, 513]"},
      {"planner_elites", SET(planner.elites), 513, 514, "must be in [1, 513]"},
      {"planner_model_samples", SET(planner.model_samples), 1, 0, one},
      {"planner_temperature", SET(planner.temperature), 0.1, 0, above},
      {"planner_std_low", SET(planner.std_low), 0.01, 0, above},
      {"planner_std_high", SET(planner.std_high), 0.05, 0.01,
       "must be at least 0.05"},
  };
}

std::string Number(double x) {
  std::string text = std::to_string(x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

TEST(Validate, NamesTheSettingItsValueAndItsRange) {
  for (const Bound& bound : Bounds()) {
    EXPECT_EQ(SentenceFor([&](AgentConfig& c) { bound.set(c, bound.good); }),
              "accepted")
        << bound.name;
    EXPECT_EQ(SentenceFor([&](AgentConfig& c) { bound.set(c, bound.bad); }),
              bound.name + " = " + Number(bound.bad) + " " + bound.rule);
  }
}

TEST(Validate, NeedsSamples) {
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.planner.samples = 0;
              c.planner.elites = 1;
            }),
            "planner_samples = 0 must be at least 1");
}

TEST(Validate, RefusesWhatIsNotANumber) {
  const std::vector<Bound> reals = {
      {"log_std_low", SET(network.log_std_low)},
      {"log_std_high", SET(network.log_std_high)},
      {"critic_lowest", SET(network.hl_gauss.lowest)},
      {"critic_highest", SET(network.hl_gauss.highest)},
      {"critic_sigma", SET(network.hl_gauss.sigma)},
      {"critic_prior", SET(network.critic_prior)},
      {"value_scale", SET(loss.value_scale)},
      {"reward_weight", SET(loss.reward_weight)},
      {"auxiliary_weight", SET(loss.auxiliary_weight)},
      {"vaml_weight", SET(loss.vaml_weight)},
      {"discount", SET(update.discount)},
      {"proportion_real", SET(update.proportion_real)},
      {"target_rate", SET(update.target_rate)},
      {"gradient_clip", SET(update.gradient_clip)},
      {"encoder_learning_rate", SET(update.encoder_learning_rate)},
      {"learning_rate", SET(update.learning_rate)},
      {"actor_penalty", SET(update.actor_penalty)},
      {"planner_temperature", SET(planner.temperature)},
      {"planner_std_low", SET(planner.std_low)},
      {"planner_std_high", SET(planner.std_high)},
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Bound& real : reals) {
    for (const double x : {std::nan(""), kInfinity, -kInfinity}) {
      const std::string sentence =
          SentenceFor([&](AgentConfig& c) { real.set(c, x); });
      EXPECT_EQ(sentence.rfind(real.name + " = ", 0), 0) << sentence;
      EXPECT_NE(sentence.find(" must be "), std::string::npos) << sentence;
    }
  }
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.update.gradient_clip = kInfinity; }),
      "gradient_clip = inf must be a finite number");
}

#undef SET

TEST(Validate, RefusesContradictions) {
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.network.latent_size = 12; }),
            "simnorm_group = 8 does not divide latent_size = 12");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.network.log_std_high = -5; }),
            "log_std_low = -5 must be below log_std_high = -5");
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.network.hl_gauss.lowest = 300; }),
      "critic_lowest = 300 must be below critic_highest = 300");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.loss.rollout_steps = 0; }),
            "rollout_steps = 0 and bootstrap_steps = 0 compare a value with "
            "itself: one of them must be at least 1");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.loss.rollout_steps = 0;
              c.loss.bootstrap_steps = 1;
            }),
            "rollout_steps = 0 trains no model that could make data: "
            "proportion_real must be 1, not 0.9");
  EXPECT_EQ(SentenceFor(Deterministic(),
                        [](AgentConfig& c) { c.loss.model_samples = 4; }),
            "a deterministic model has one prediction: model_samples must be "
            "1, not 4");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.loss.model_samples = 1; }),
            "cvaml with a stochastic model corrects by a sample variance: "
            "model_samples must be at least 2, not 1");
  EXPECT_EQ(SentenceFor(Deterministic(),
                        [](AgentConfig& c) {
                          c.loss.auxiliary = AuxiliaryLoss::kGaussianNll;
                        }),
            "the Gaussian likelihood trains a stochastic model; a "
            "deterministic one needs auxiliary = byol");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.loss.auxiliary = AuxiliaryLoss::kByol;
            }),
            "BYOL trains a deterministic model; a stochastic one needs "
            "auxiliary = gaussian_nll");
  EXPECT_EQ(SentenceFor(Deterministic(),
                        [](AgentConfig& c) {
                          c.loss.auxiliary = AuxiliaryLoss::kByolCrossEntropy;
                          c.network.latent_norm = LatentNorm::kLayerNorm;
                        }),
            "auxiliary = byol_cross_entropy compares simplices: it needs "
            "latent_norm = simnorm");
}

// td3 has no model loss, whose settings it does not read.
TEST(Validate, Td3IgnoresContradictionsOfTheModelLoss) {
  EXPECT_EQ(SentenceFor([](AgentConfig& c) {
              c.loss.algorithm = Algorithm::kTd3;
              c.loss.model_samples = 1;
              c.loss.rollout_steps = 0;
            }),
            "accepted");
}

TEST(AgentConfig, WindowIsWhatTheStepsNeed) {
  const auto window = [](int m, int b, Algorithm algorithm) {
    AgentConfig config = Sound();
    config.loss.rollout_steps = m;
    config.loss.bootstrap_steps = b;
    config.loss.algorithm = algorithm;
    return config.window();
  };
  EXPECT_EQ(window(1, 0, Algorithm::kVaml), 1);
  EXPECT_EQ(window(1, 1, Algorithm::kVaml), 2);
  EXPECT_EQ(window(0, 1, Algorithm::kCvaml), 1);
  EXPECT_EQ(window(3, 2, Algorithm::kCvaml), 5);
  EXPECT_EQ(window(3, 2, Algorithm::kTd3), 1);
}

TEST(AgentConfig, RealRowsAreRoundedDown) {
  AgentConfig config = Sound();
  EXPECT_EQ(config.real_rows(), 115) << "of 128 rows, 0.9";
  config.update.proportion_real = 0.5;
  EXPECT_EQ(config.real_rows(), 64);
  config.update.proportion_real = 0;
  EXPECT_EQ(config.real_rows(), 0);
  config.update.proportion_real = 1;
  EXPECT_EQ(config.real_rows(), 128);
  config.update.proportion_real = 0.1;
  config.loss.algorithm = Algorithm::kTd3;
  EXPECT_EQ(config.real_rows(), 128) << "td3 has no model";
}

}  // namespace
}  // namespace rl
