#include "rl/agent_config.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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

// With this one, most settings may have any value of their range.
AgentConfig Lenient() {
  AgentConfig config = Sound();
  config.network.latent_norm = LatentNorm::kNone;
  config.loss.algorithm = Algorithm::kVaml;
  config.loss.bootstrap_steps = 1;
  config.update.proportion_real = 1;
  config.planner.elites = 1;
  return config;
}

// Of a setting: its least and greatest value, and one below and one above.
struct Range {
  std::string name;
  std::function<void(AgentConfig&, double)> set;
  double least, most, below, above;
  bool whole;
};

#define RANGE(name, field, least, most, below, above)              \
  {                                                                \
    name,                                                          \
        [](AgentConfig& c, double x) {                             \
          c.field = static_cast<decltype(AgentConfig().field)>(x); \
        },                                                         \
        least, most, below, above,                                 \
        std::is_integral_v<decltype(AgentConfig().field)>          \
  }

std::vector<Range> Ranges() {
  return {
      RANGE("observation_size", observation_size, 1, 1000000, 0, 1000001),
      RANGE("action_size", action_size, 1, 1000000, 0, 1000001),
      RANGE("network_width", network.width, 1, 16384, 0, 16385),
      RANGE("latent_size", network.latent_size, 1, 16384, 0, 16385),
      RANGE("simnorm_group", network.simnorm_group, 1, 16384, 0, 16385),
      RANGE("critic_bins", network.hl_gauss.bins, 2, 10000, 1, 10001),
      RANGE("critic_sigma", network.hl_gauss.sigma, 1e-3, 1e3, 0, 1001),
      RANGE("critic_prior", network.critic_prior, 0, 1e6, -1, 2e6),
      RANGE("rollout_steps", loss.rollout_steps, 0, 1000, -1, 1001),
      RANGE("bootstrap_steps", loss.bootstrap_steps, 0, 1000, -1, 1001),
      RANGE("model_samples", loss.model_samples, 1, 1000, 0, 1001),
      RANGE("value_scale", loss.value_scale, 1e-6, 1e9, 0, 2e9),
      RANGE("reward_weight", loss.reward_weight, 0, 1e6, -0.5, 2e6),
      RANGE("auxiliary_weight", loss.auxiliary_weight, 0, 1e6, -0.5, 2e6),
      RANGE("vaml_weight", loss.vaml_weight, 0, 1e6, -0.5, 2e6),
      RANGE("batch_size", update.batch_size, 1, 100000, 0, 100001),
      RANGE("discount", update.discount, 0, 1, -0.5, 1.5),
      RANGE("proportion_real", update.proportion_real, 0, 1, -0.5, 1.5),
      RANGE("target_rate", update.target_rate, 0, 1, -0.5, 1.5),
      RANGE("gradient_clip", update.gradient_clip, 1e-9, 1e9, 0, 2e9),
      RANGE("encoder_learning_rate", update.encoder_learning_rate, 0, 1e6, -1,
            2e6),
      RANGE("learning_rate", update.learning_rate, 0, 1e6, -1, 2e6),
      RANGE("actor_penalty", update.actor_penalty, 0, 1e6, -1, 2e6),
      RANGE("planner_horizon", planner.horizon, 1, 100, 0, 101),
      RANGE("planner_iterations", planner.iterations, 1, 100, 0, 101),
      RANGE("planner_samples", planner.samples, 1, 100000, 0, 100001),
      // Samples, of which there are 512, and the policy's.
      RANGE("planner_elites", planner.elites, 1, 513, 0, 514),
      RANGE("planner_model_samples", planner.model_samples, 1, 1000, 0, 1001),
      RANGE("planner_temperature", planner.temperature, 1e-9, 1e9, 0, 2e9),
  };
}

#undef RANGE

TEST(Validate, NamesTheSettingItsValueAndItsRange) {
  for (const Range& range : Ranges()) {
    const auto sentence = [&](double x) {
      return SentenceFor(Lenient(), [&](AgentConfig& c) { range.set(c, x); });
    };
    const auto number = [&](double x) {
      return range.whole ? absl::StrCat(static_cast<int64_t>(x))
                         : absl::StrCat(x);
    };
    EXPECT_EQ(sentence(range.least), "accepted") << range.name;
    EXPECT_EQ(sentence(range.most), "accepted") << range.name;
    for (const double bad : {range.below, range.above}) {
      EXPECT_EQ(
          sentence(bad),
          absl::StrCat(range.name, " = ", number(bad), " must be in [",
                       number(range.least), ", ", number(range.most), "]"));
    }
  }
}

// Whose bounds are others than the values that go with Lenient().
TEST(Validate, NamesTheRangesOfPairs) {
  const auto sentence = [](double NetworkConfig::*field, double x) {
    return SentenceFor([&](AgentConfig& c) { c.network.*field = x; });
  };
  for (const auto& [field, name] :
       {std::pair(&NetworkConfig::log_std_low, "log_std_low"),
        std::pair(&NetworkConfig::log_std_high, "log_std_high")}) {
    for (const double bad : {-41.0, 11.0}) {
      EXPECT_EQ(sentence(field, bad),
                absl::StrCat(name, " = ", bad, " must be in [-40, 10]"));
    }
  }
  EXPECT_EQ(sentence(&NetworkConfig::log_std_low, -40), "accepted");
  EXPECT_EQ(sentence(&NetworkConfig::log_std_high, 10), "accepted");
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.network.hl_gauss.lowest = -2e9; }),
      "critic_lowest = -2e+09 must be in [-1e+09, 1e+09]");
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.network.hl_gauss.highest = 2e9; }),
      "critic_highest = 2e+09 must be in [-1e+09, 1e+09]");
  for (const double good : {0.05, 1000.0}) {
    EXPECT_EQ(SentenceFor([&](AgentConfig& c) { c.planner.std_high = good; }),
              "accepted");
  }
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.planner.std_low = 0; }),
            "planner_std_low = 0 must be in [1e-12, 1000]");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.planner.std_low = 1001; }),
            "planner_std_low = 1001 must be in [1e-12, 1000]");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.planner.std_high = 0.01; }),
            "planner_std_high = 0.01 must be in [0.05, 1000]");
  EXPECT_EQ(SentenceFor([](AgentConfig& c) { c.planner.std_high = 1001; }),
            "planner_std_high = 1001 must be in [0.05, 1000]");
}

#define SET(field) [](AgentConfig& c, double x) { c.field = x; }

TEST(Validate, RefusesWhatIsNotANumber) {
  struct Real {
    std::string name;
    std::function<void(AgentConfig&, double)> set;
  };
  const std::vector<Real> reals = {
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
  for (const Real& real : reals) {
    for (const double x : {std::nan(""), kInfinity, -kInfinity}) {
      const std::string sentence =
          SentenceFor([&](AgentConfig& c) { real.set(c, x); });
      EXPECT_EQ(sentence.rfind(real.name + " = ", 0), 0) << sentence;
      EXPECT_NE(sentence.find(" must be "), std::string::npos) << sentence;
    }
  }
  EXPECT_EQ(
      SentenceFor([](AgentConfig& c) { c.update.gradient_clip = kInfinity; }),
      "gradient_clip = inf must be in [1e-09, 1e+09]");
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
