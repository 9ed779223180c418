#include "rl/update.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/types/span.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"
#include "losses/monte_carlo.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/naive_networks.h"
#include "rl/small_agent.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::ParameterGroup;
using autodiff::State;
using autodiff::Tensor;
using autodiff::Tensors;
using Vector = std::vector<double>;

class Updates : public testing::TestWithParam<Variant> {
 protected:
  const AgentConfig& config() const { return GetParam().config; }
  bool td3() const { return config().loss.algorithm == Algorithm::kTd3; }
};
INSTANTIATE_TEST_SUITE_P(Variants, Updates, testing::ValuesIn(Variants()),
                         [](const auto& info) { return info.param.name; });

// ---- Stopped gradients ------------------------------------------------------

// Values of tensors of an update's graph, at its first state.
std::vector<Vector> Evaluate(SmallUpdate<double>& update,
                             const Tensors& tensors) {
  autodiff::Program<double> program(update.graph(), tensors, &update.state());
  const Transitions data = DrawTransitions(update.parts().config, 1);
  const Batch& batch = update.batch();
  for (const auto& [input, numbers] :
       {std::pair(batch.observations, data.observations),
        std::pair(batch.actions, data.actions),
        std::pair(batch.rewards, data.rewards)}) {
    absl::c_copy(numbers, program.Input(input).begin());
  }
  program.Run();
  std::vector<Vector> values;
  for (const Tensor& tensor : tensors) {
    const absl::Span<const double> output = program.Output(tensor);
    values.emplace_back(output.begin(), output.end());
  }
  return values;
}

bool AllZero(absl::Span<const double> x) {
  return absl::c_all_of(x, [](double element) { return element == 0; });
}

TEST_P(Updates, ModelLossesDoNotMoveNextStatesNorTargets) {
  SmallUpdate<double> update(config());
  const ModelLosses losses = RecordModelLosses(update.parts(), update.batch());
  const std::vector<Vector> gradients = Evaluate(
      update, Gradients(losses.total, {update.batch().observations,
                                       update.parts().target_critics}));
  const int64_t first = config().update.batch_size * config().observation_size;
  const absl::Span<const double> to_observations = gradients[0];
  EXPECT_FALSE(AllZero(to_observations.first(first)));
  EXPECT_TRUE(AllZero(to_observations.subspan(first)));
  // With b = 0 they are the frozen value through which the model is trained.
  const bool frozen_value = !td3() && config().loss.bootstrap_steps == 0;
  EXPECT_EQ(AllZero(gradients[1]), !frozen_value);
}

Tensor MetricOf(const SmallUpdate<double>& update, const std::string& name) {
  for (const auto& [metric, tensor] : update.update().whole.metrics) {
    if (metric == name) return tensor;
  }
  return {};
}

TEST_P(Updates, CriticLossMovesTheCriticsAlone) {
  SmallUpdate<double> update(config());
  const AgentParts& parts = update.parts();
  Tensors others = {update.batch().observations,       update.batch().rewards,
                    update.update().whole.assigned[0], parts.model_group.flat(),
                    parts.actor_group.flat(),          parts.target_critics,
                    parts.critic_group.flat()};
  if (!td3()) others.push_back(update.update().whole.assigned[1]);  // the model
  const std::vector<Vector> gradients =
      Evaluate(update, Gradients(MetricOf(update, "critic_loss"), others));
  for (size_t i = 0; i < gradients.size(); ++i) {
    EXPECT_EQ(AllZero(gradients[i]), others[i] != parts.critic_group.flat())
        << i;
  }
}

// ---- Order ------------------------------------------------------------------

// The update's later losses once more, from the blocks that each must read.
struct LaterLosses {
  double critic, actor;
  Vector q;  // that the actor's is the mean of
};
LaterLosses Recompute(const AgentConfig& config, const Vector& encoder,
                      const Vector& model, const Vector& critics,
                      const Vector& actor, const Vector& target,
                      const Vector& new_target) {
  Graph graph;
  const AgentParts parts(graph, config);
  const Batch batch(graph, config);
  const Tensor later =
      graph.Variable("later_target", parts.target_critics.shape());
  const int64_t rows = config.update.batch_size, real = config.real_rows();
  const Tensor& policy = parts.actor_group.flat();
  const Tensor z =
      parts.encoder(parts.encoder_group.flat(), batch.observation[0]);
  const Tensor next =
      parts.encoder(parts.encoder_group.flat(), batch.observation[1]);
  const Tensor start = Slice(z, 0, real, rows);
  const Tensor chosen = parts.actor(policy, start);
  const Tensor& block = parts.model_group.flat();
  const auto joined = [&](const Tensor& data, const Tensor& made) {
    return autodiff::Concat({Slice(data, 0, 0, real), made}, 0);
  };
  const Tensor a = joined(batch.action[0], chosen);
  const Tensor r =
      joined(batch.reward[0], parts.model.Reward(block, start, chosen));
  const Tensor z2 =
      joined(next, parts.model.Predict(block, start, chosen).mean);
  const Tensors values =
      parts.critics.Values(parts.target_critics, z2, parts.actor(policy, z2));
  const Tensor y = r + config.update.discount * Minimum(values[0], values[1]);
  const Tensors outputs =
      parts.critics.Outputs(parts.critic_group.flat(), z, a);
  const Tensor critic_loss = Mean(parts.critics.Loss(outputs[0], y)) +
                             Mean(parts.critics.Loss(outputs[1], y));
  const Tensors now = parts.critics.Values(later, z, parts.actor(policy, z));
  const Tensor q = Minimum(now[0], now[1]);
  const Tensor actor_loss = -Mean(q);

  State<double> state(graph);
  absl::c_copy(encoder, state.Reals(parts.encoder_group.flat()).begin());
  absl::c_copy(model, state.Reals(block).begin());
  absl::c_copy(critics, state.Reals(parts.critic_group.flat()).begin());
  absl::c_copy(actor, state.Reals(policy).begin());
  absl::c_copy(target, state.Reals(parts.target_critics).begin());
  absl::c_copy(new_target, state.Reals(later).begin());
  autodiff::Program<double> program(graph, {critic_loss, actor_loss, q},
                                    &state);
  const Transitions data = DrawTransitions(config, 1);
  absl::c_copy(data.observations, program.Input(batch.observations).begin());
  absl::c_copy(data.actions, program.Input(batch.actions).begin());
  absl::c_copy(data.rewards, program.Input(batch.rewards).begin());
  program.Run();
  const absl::Span<const double> values_now = program.Output(q);
  return {.critic = program.Output(critic_loss)[0],
          .actor = program.Output(actor_loss)[0],
          .q = {values_now.begin(), values_now.end()}};
}

// The learning rates are large, so that it matters which version is read.
TEST(Update, ReadsTheNewEncoderModelAndTargets) {
  AgentConfig config = SmallDeterministicConfig();
  config.update.encoder_learning_rate = config.update.learning_rate = 0.05;
  config.update.target_rate = 0.5;
  SmallUpdate<double> update(config);
  const AgentParts& parts = update.parts();
  const auto blocks = [&] {
    return std::vector<Vector>{update.Block(parts.encoder_group.flat()),
                               update.Block(parts.model_group.flat()),
                               update.Block(parts.critic_group.flat()),
                               update.Block(parts.actor_group.flat()),
                               update.Block(parts.target_critics)};
  };
  const std::vector<Vector> before = blocks();
  update.Run();
  const std::vector<Vector> after = blocks();
  const LaterLosses expected = Recompute(config, after[0], after[1], before[2],
                                         before[3], before[4], after[4]);
  EXPECT_NEAR(update.Metric("critic_loss"), expected.critic, 1e-12);
  EXPECT_NEAR(update.Metric("actor_loss"), expected.actor, 1e-12);
  EXPECT_NEAR(update.Metric("q_min"), *absl::c_min_element(expected.q), 1e-12);
  EXPECT_NEAR(update.Metric("q_max"), *absl::c_max_element(expected.q), 1e-12);
  // Each of the versions makes a difference.
  const LaterLosses old_encoder = Recompute(
      config, before[0], after[1], before[2], before[3], before[4], after[4]);
  const LaterLosses old_model = Recompute(
      config, after[0], before[1], before[2], before[3], before[4], after[4]);
  const LaterLosses old_target = Recompute(
      config, after[0], after[1], before[2], before[3], before[4], before[4]);
  EXPECT_GT(std::abs(old_encoder.critic - expected.critic), 1e-6);
  EXPECT_GT(std::abs(old_model.critic - expected.critic), 1e-6);
  EXPECT_GT(std::abs(old_target.actor - expected.actor), 1e-6);
}

TEST_P(Updates, AverageTheUpdatedCritics) {
  AgentConfig changed = config();
  changed.update.target_rate = 0.3;
  SmallUpdate<double> update(changed);
  const Tensor& critics = update.parts().critic_group.flat();
  const Vector old_critics = update.Block(critics);
  const Vector old_target = update.Block(update.parts().target_critics);
  update.Run();
  const Vector new_critics = update.Block(critics);
  const Vector new_target = update.Block(update.parts().target_critics);
  EXPECT_NE(new_critics, old_critics);
  for (size_t i = 0; i < new_target.size(); ++i) {
    EXPECT_NEAR(new_target[i], 0.7 * old_target[i] + 0.3 * new_critics[i],
                1e-15);
  }
}

// ---- Optimisers -------------------------------------------------------------

// Adam's first step is α g / (|g| + ε): its sign and, where ε counts, its size
// show the group's learning rate and how its own norm was clipped.
TEST_P(Updates, StepByAdamOfEachGroupOnItsClippedGradient) {
  for (const double clip : {10.0, 1e-8}) {
    AgentConfig changed = config();
    changed.update.gradient_clip = clip;
    SmallUpdate<double> update(changed);
    const AgentParts& parts = update.parts();
    std::vector<const ParameterGroup*> groups = {
        &parts.encoder_group, &parts.critic_group, &parts.actor_group};
    if (!td3()) groups.insert(groups.begin() + 1, &parts.model_group);
    std::vector<Vector> before;
    for (const ParameterGroup* group : groups) {
      before.push_back(update.Block(group->flat()));
    }
    update.Run();
    for (size_t i = 0; i < groups.size(); ++i) {
      const Vector gradient = update.Gradient(static_cast<int>(i));
      double norm = 0;
      for (const double g : gradient) norm += g * g;
      norm = std::sqrt(norm);
      const double rate = i == 0 ? 1e-4 : 3e-4;
      const Vector after = update.Block(groups[i]->flat());
      for (size_t j = 0; j < after.size(); ++j) {
        const double g = norm > clip ? gradient[j] * clip / norm : gradient[j];
        EXPECT_NEAR(after[j] - before[i][j], -rate * g / (std::abs(g) + 1e-8),
                    1e-11)
            << groups[i]->name() << " " << j;
      }
    }
  }
}

TEST(Update, Td3LeavesTheModelAsItIs) {
  AgentConfig config = SmallConfig();
  config.loss.algorithm = Algorithm::kTd3;
  SmallUpdate<double> update(config);
  const Vector model = update.Block(update.parts().model_group.flat());
  const Vector encoder = update.Block(update.parts().encoder_group.flat());
  for (int i = 0; i < 3; ++i) update.Run();
  EXPECT_EQ(update.Block(update.parts().model_group.flat()), model);
  EXPECT_NE(update.Block(update.parts().encoder_group.flat()), encoder);
}

// ---- Bits -------------------------------------------------------------------

std::string BytesAfter(const AgentConfig& config, int updates, int threads) {
  SmallUpdate<float> update(config, {.threads = threads});
  for (int i = 0; i < updates; ++i) update.Run();
  return update.Bytes();
}

TEST_P(Updates, OfOneSeedAreTheSameBitsWithAnyNumberOfThreads) {
  const std::string once = BytesAfter(config(), 20, 1);
  EXPECT_TRUE(BytesAfter(config(), 20, 1) == once) << "one thread, twice";
  EXPECT_TRUE(BytesAfter(config(), 20, 2) == once) << "two threads";
  EXPECT_FALSE(BytesAfter(config(), 19, 1) == once) << "nothing moves";
}

TEST(Update, CvamlOfADeterministicModelIsVamlBitForBit) {
  for (const int b : {0, 1}) {
    AgentConfig vaml = SmallDeterministicConfig();
    vaml.loss.bootstrap_steps = b;
    AgentConfig cvaml = vaml;
    cvaml.loss.algorithm = Algorithm::kCvaml;
    EXPECT_TRUE(BytesAfter(vaml, 10, 1) == BytesAfter(cvaml, 10, 1)) << b;
  }
  AgentConfig vaml = SmallConfig(), cvaml = SmallConfig();
  vaml.loss.algorithm = Algorithm::kVaml;
  EXPECT_FALSE(BytesAfter(vaml, 10, 1) == BytesAfter(cvaml, 10, 1))
      << "the comparison sees nothing";
}

// ---- Calibration ------------------------------------------------------------

// Of a latent in one dimension, E V and Var V over the model's Gaussian are
// integrals over ε, so the expectations of both losses are known:
//   VAML (E V − y)² + Var V / k,  CVAML (E V − y)².
struct ExpectedLosses {
  double vaml, cvaml;
};
ExpectedLosses Integrate(SmallUpdate<double>& update) {
  const AgentConfig& config = update.parts().config;
  // The value is that of the target critics: the oracle reads it as critics'.
  absl::c_copy(
      update.Block(update.parts().target_critics),
      update.state().Reals(update.parts().critic_group.flat()).begin());
  const NaiveNetworks naive(update.parts(), update.state());
  const Transitions data = DrawTransitions(config, 1);
  const int64_t rows = config.update.batch_size;
  const auto row = [](const Vector& numbers, int64_t i, int64_t size) {
    return Vector(numbers.begin() + i * size, numbers.begin() + (i + 1) * size);
  };
  ExpectedLosses losses{0, 0};
  for (int64_t i = 0; i < rows; ++i) {
    const Vector z = naive.Encode(row(data.observations, i, 3));
    const Vector next = naive.Encode(row(data.observations, rows + i, 3));
    const Vector action = row(data.actions, i, 2), policy = naive.Policy(next);
    const double mean = naive.Mean(z, action)[0];
    const double std = std::exp(naive.LogStd(z, action)[0]);
    for (const int critic : {1, 2}) {
      double first = 0, second = 0;
      constexpr double kStep = 0.01;
      for (double e = -8; e <= 8; e += kStep) {
        const double weight =
            kStep * std::exp(-e * e / 2) / std::sqrt(2 * std::numbers::pi);
        const double v = naive.Value(critic, {mean + std * e}, policy);
        first += weight * v;
        second += weight * v * v;
      }
      const double y = naive.Value(critic, next, policy);
      const double scale = config.loss.value_scale;
      const double share =
          1 / (2.0 * static_cast<double>(rows) * scale * scale);
      const double bias = (second - first * first) /
                          static_cast<double>(config.loss.model_samples);
      losses.cvaml += share * (first - y) * (first - y);
      losses.vaml += share * ((first - y) * (first - y) + bias);
    }
  }
  return losses;
}

losses::Estimate MeanVamlLoss(SmallUpdate<double>& update) {
  constexpr int kRuns = 6000;
  double sum = 0, squares = 0;
  for (int run = 0; run < kRuns; ++run) {
    update.Run();
    const double loss = update.Metric("vaml_loss");
    sum += loss;
    squares += loss * loss;
  }
  const double mean = sum / kRuns;
  return {mean, std::sqrt((squares / kRuns - mean * mean) / kRuns)};
}

TEST(Update, VamlIsBiasedByTheVarianceOfTheValueAndCvamlIsNot) {
  AgentConfig config = SmallConfig();
  config.network.latent_size = 1;
  config.network.latent_norm = LatentNorm::kNone;
  config.network.log_std_low = -1;
  config.network.log_std_high = 1;
  config.network.critic_head = CriticHead::kScalar;
  config.loss.model_samples = 2;
  // All stands still but the random numbers.
  config.update.learning_rate = config.update.encoder_learning_rate = 0;
  config.update.target_rate = 0;
  for (const Algorithm algorithm : {Algorithm::kVaml, Algorithm::kCvaml}) {
    config.loss.algorithm = algorithm;
    SmallUpdate<double> update(config);
    const ExpectedLosses expected = Integrate(update);
    const losses::Estimate estimate = MeanVamlLoss(update);
    const bool calibrated = algorithm == Algorithm::kCvaml;
    EXPECT_TRUE(estimate.Contains(calibrated ? expected.cvaml : expected.vaml))
        << estimate.mean << " ± " << estimate.half_width() << ": vaml "
        << expected.vaml << ", cvaml " << expected.cvaml;
    EXPECT_FALSE(estimate.Contains(calibrated ? expected.vaml : expected.cvaml))
        << "the interval is too wide to tell";
  }
}

}  // namespace
}  // namespace rl
