#include "rl/networks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/philox.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"
#include "losses/monte_carlo.h"
#include "losses/test_tensors.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/mlp.h"
#include "rl/naive_networks.h"
#include "rl/small_agent.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::ParameterGroup;
using autodiff::Shape;
using autodiff::State;
using autodiff::Tensor;
using autodiff::Tensors;
using losses::DrawConstant;
using Vector = std::vector<double>;

Vector Evaluate(const Tensor& tensor, State<double>& state) {
  autodiff::Program<double> program(tensor.graph(), {tensor}, &state);
  program.Run();
  const absl::Span<const double> output = program.Output(tensor);
  return {output.begin(), output.end()};
}

Vector Row(const Vector& rows, size_t row, size_t size) {
  return {rows.begin() + row * size, rows.begin() + (row + 1) * size};
}

void ExpectNear(const Vector& actual, const Vector& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-12);
  }
}

// Every network on six states and actions, against loops.
class Networks : public testing::TestWithParam<Variant> {};

TEST_P(Networks, AreTheirFormulas) {
  const AgentConfig& config = GetParam().config;
  Graph graph;
  const AgentParts parts(graph, config);
  const Tensor observation = DrawConstant(graph, {6, 3}, 1);
  const Tensor latent = DrawConstant(graph, {6, 6}, 2);
  const Tensor action = DrawConstant(graph, {6, 2}, 3, -1, 1);
  const Tensor& model = parts.model_group.flat();
  const Tensor encoded = parts.encoder(parts.encoder_group.flat(), observation);
  const LatentPrediction prediction =
      parts.model.Predict(model, latent, action);
  const Tensor reward = parts.model.Reward(model, latent, action);
  const Tensors values =
      parts.critics.Values(parts.critic_group.flat(), latent, action);
  const Tensors targets =
      parts.critics.Values(parts.target_critics, latent, action);
  const Tensor policy = parts.actor(parts.actor_group.flat(), latent);
  EXPECT_EQ(encoded.shape(), (Shape{6, 6}));
  EXPECT_EQ(prediction.mean.shape(), (Shape{6, 6}));
  EXPECT_EQ(reward.shape(), Shape{6});
  EXPECT_EQ(values[1].shape(), Shape{6});
  EXPECT_EQ(policy.shape(), (Shape{6, 2}));
  const bool stochastic =
      config.network.model == losses::ModelKind::kStochastic;
  ASSERT_EQ(prediction.log_std.exists(), stochastic);

  State<double> state(graph);
  DrawParameters(parts, 1, state);
  const NaiveNetworks naive(parts, state);
  const Vector x = Evaluate(observation, state), z = Evaluate(latent, state),
               a = Evaluate(action, state), phi = Evaluate(encoded, state),
               mean = Evaluate(prediction.mean, state),
               r = Evaluate(reward, state), q1 = Evaluate(values[0], state),
               q2 = Evaluate(values[1], state), pi = Evaluate(policy, state),
               target = Evaluate(targets[0], state);
  const Vector log_std =
      stochastic ? Evaluate(prediction.log_std, state) : Vector();
  for (int i = 0; i < 6; ++i) {
    const Vector zi = Row(z, i, 6), ai = Row(a, i, 2);
    ExpectNear(Row(phi, i, 6), naive.Encode(Row(x, i, 3)));
    ExpectNear(Row(mean, i, 6), naive.Mean(zi, ai));
    if (stochastic) ExpectNear(Row(log_std, i, 6), naive.LogStd(zi, ai));
    EXPECT_NEAR(r[i], naive.Reward(zi, ai), 1e-12);
    EXPECT_NEAR(q1[i], naive.Value(1, zi, ai), 1e-12);
    EXPECT_NEAR(q2[i], naive.Value(2, zi, ai), 1e-12);
    EXPECT_GT(std::abs(target[i] - q1[i]), 1e-3) << "the targets' own block";
    ExpectNear(Row(pi, i, 2), naive.Policy(zi));
  }
}

std::vector<Variant> DifferentNetworks() {
  const std::set<std::string> names = {"CvamlStochasticB0",
                                       "VamlDeterministicB0", "ScalarCriticB0",
                                       "LayerNorm", "NoNorm"};
  std::vector<Variant> variants;
  for (const Variant& variant : Variants()) {
    if (names.count(variant.name) > 0) variants.push_back(variant);
  }
  return variants;
}

INSTANTIATE_TEST_SUITE_P(Variants, Networks,
                         testing::ValuesIn(DifferentNetworks()),
                         [](const auto& info) { return info.param.name; });

TEST(SimNorm, MakesSimplices) {
  AgentConfig config = SmallConfig();
  config.network.latent_size = 12;
  config.network.simnorm_group = 3;
  Graph graph;
  const AgentParts parts(graph, config);
  const Tensor z = parts.encoder(parts.encoder_group.flat(),
                                 DrawConstant(graph, {10, 3}, 1, -30, 30));
  State<double> state(graph);
  DrawParameters(parts, 2, state);
  const Vector latent = Evaluate(z, state);
  ASSERT_EQ(latent.size(), 120);
  for (size_t i = 0; i < latent.size(); i += 3) {
    EXPECT_NEAR(latent[i] + latent[i + 1] + latent[i + 2], 1, 1e-14);
    for (size_t j = i; j < i + 3; ++j) EXPECT_GT(latent[j], 0);
  }
}

// However far u is, and both ends are reached.
TEST(LatentModel, KeepsLogStdInItsRange) {
  AgentConfig config = SmallConfig();
  config.network.log_std_low = -1.5;
  config.network.log_std_high = 0.5;
  Graph graph;
  const AgentParts parts(graph, config);
  const Tensor log_std =
      parts.model
          .Predict(parts.model_group.flat(), DrawConstant(graph, {50, 6}, 1),
                   DrawConstant(graph, {50, 2}, 2))
          .log_std;
  State<double> state(graph);
  DrawParameters(parts, 1, state);
  for (double& x : state.Reals(parts.model_group.flat())) x *= 30;
  double least = 9, most = -9;
  for (const double x : Evaluate(log_std, state)) {
    ASSERT_GE(x, -1.5);
    ASSERT_LE(x, 0.5);
    least = std::min(least, x);
    most = std::max(most, x);
  }
  EXPECT_LT(least, -1.4);
  EXPECT_GT(most, 0.4);
}

TEST(Linear, OfSeveralInputsIsThatOfTheirConcatenation) {
  Graph graph;
  ParameterGroup group(graph, "group");
  const Linear linear(group, "linear", {4, 2, 3}, 5);
  const Tensor a = DrawConstant(graph, {7, 1, 4}, 1);
  const Tensor b = DrawConstant(graph, {6, 2}, 2);
  const Tensor c = DrawConstant(graph, {7, 6, 3}, 3);
  const Shape all_of_a = {7, 6, 4}, all_of_b = {7, 6, 2};
  const Tensor parts = linear(group.flat(), {a, b, c});
  const Linear same(group, "same", {9}, 5);
  const Tensor joined =
      same(group.flat(),
           {autodiff::Concat(
               {BroadcastTo(a, all_of_a), BroadcastTo(b, all_of_b), c}, -1)});
  EXPECT_EQ(parts.shape(), (Shape{7, 6, 5}));
  State<double> state(graph);
  const absl::Span<double> block = state.Reals(group.flat());
  const auto offset = [&](int i) {
    return group.parameters()[i].node().attributes.Int("offset");
  };
  const Vector numbers = DrawNumbers(50, 1);
  for (int i = 0; i < 45; ++i) {
    block[offset(0) + i] = block[offset(2) + i] = numbers[i];
  }
  for (int i = 0; i < 5; ++i) {
    block[offset(1) + i] = block[offset(3) + i] = numbers[45 + i];
  }
  ExpectNear(Evaluate(parts, state), Evaluate(joined, state));
}

// ---- First parameters -------------------------------------------------------

TEST(InitializeParameters, DrawsMatricesByTheirInputsAndFillsTheRest) {
  AgentConfig config = SmallConfig();
  config.network.width = 40;
  Graph graph;
  const AgentParts parts(graph, config);
  State<double> state(graph);
  parts.Initialize(3, state);
  for (const ParameterGroup* group :
       {&parts.encoder_group, &parts.model_group, &parts.critic_group,
        &parts.actor_group}) {
    for (const Tensor& parameter : group->parameters()) {
      const std::string& name = parameter.node().name;
      const Vector values = Evaluate(parameter, state);
      if (parameter.shape().rank() == 1) {
        const double expected = absl::EndsWith(name, "/scale") ? 1 : 0;
        EXPECT_EQ(values, Vector(values.size(), expected)) << name;
        continue;
      }
      const double bound =
          1 / std::sqrt(static_cast<double>(parameter.shape()[0]));
      const auto size = static_cast<double>(values.size());
      double sum = 0, squares = 0, largest = 0;
      for (const double x : values) {
        ASSERT_LE(std::abs(x), bound) << name;
        largest = std::max(largest, std::abs(x));
        sum += x / bound;
        squares += x * x / (bound * bound);
      }
      EXPECT_GT(largest, 0.9 * bound) << name;
      // U(−1, 1) has mean 0, variance 1/3 and fourth moment 1/5.
      EXPECT_LT(std::abs(sum / size), 4 * std::sqrt(1 / 3. / size)) << name;
      EXPECT_LT(std::abs(squares / size - 1 / 3.),
                4 * std::sqrt((1 / 5. - 1 / 9.) / size))
          << name;
    }
  }
}

// Element i of the block takes draw i of the seed's stream, in any order and at
// any number at a time.
TEST(InitializeParameters, DrawsElementByElement) {
  Graph graph;
  const AgentParts parts(graph, SmallConfig());
  State<float> state(graph);
  InitializeParameters(parts.model_group, 0x1234567890, state);
  const absl::Span<const float> block = state.Reals(parts.model_group.flat());
  int64_t compared = 0;
  for (const Tensor& parameter : parts.model_group.parameters()) {
    if (parameter.shape().rank() != 2) continue;
    const double bound =
        1 / std::sqrt(static_cast<double>(parameter.shape()[0]));
    const auto begin =
        static_cast<uint32_t>(parameter.node().attributes.Int("offset"));
    const auto size = static_cast<uint32_t>(parameter.shape().elements());
    for (uint32_t i = begin; i < begin + size; ++i) {
      const uint32_t bits =
          autodiff::Philox({i / 4, 0, 0, 0}, {0x34567890, 0x12})[i % 4];
      const double u = autodiff::UniformFromBits(bits);
      ASSERT_EQ(block[i], static_cast<float>(bound * (2 * u - 1))) << i;
      ++compared;
    }
  }
  EXPECT_GT(compared, 300);
}

TEST(AgentParts, OneSeedIsOneDraw) {
  const auto draw = [](uint64_t seed) {
    Graph graph;
    const AgentParts parts(graph, SmallConfig());
    State<float> state(graph);
    parts.Initialize(seed, state);
    std::vector<std::string> blocks;
    for (const std::string& name : state.Names()) {
      const absl::Span<const std::byte> bytes = state.Bytes(name);
      blocks.emplace_back();
      for (const std::byte byte : bytes) {
        blocks.back().push_back(static_cast<char>(byte));
      }
    }
    return blocks;
  };
  EXPECT_EQ(draw(5), draw(5));
  const std::vector<std::string> one = draw(5), other = draw(6);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_NE(one[i], other[i]) << i;
}

TEST(AgentParts, NetworksStartApartAndTargetsAsTheirCritics) {
  Graph graph;
  const AgentParts parts(graph, SmallConfig());
  State<double> state(graph);
  parts.Initialize(5, state);
  std::set<double> first_weights;
  for (const ParameterGroup* group :
       {&parts.encoder_group, &parts.model_group, &parts.critic_group,
        &parts.actor_group}) {
    first_weights.insert(state.Reals(group->flat())[0] *
                         std::sqrt(group->parameters()[0].shape()[0]));
  }
  EXPECT_EQ(first_weights.size(), 4);
  EXPECT_EQ(state.Reals(parts.critic_group.flat()),
            state.Reals(parts.target_critics));
  const Tensors& critics = parts.critic_group.parameters();
  EXPECT_NE(Evaluate(critics[0], state),
            Evaluate(critics[critics.size() / 2], state))
      << "the two critics";
  const absl::Span<const int32_t> updating = state.Indices(parts.update_random),
                                  acting = state.Indices(parts.acting_random);
  EXPECT_NE(updating, acting);
}

// ---- Samples ----------------------------------------------------------------

TEST(SampleLatent, OfAPointIsThePoint) {
  Graph graph;
  const Tensor random = autodiff::RandomState(graph, "random");
  const LatentPrediction point{.mean = DrawConstant(graph, {2, 3}, 1)};
  const Tensor sample = SampleLatent(point, {1}, random);
  EXPECT_EQ(sample.shape(), (Shape{1, 2, 3}));
  State<double> state(graph);
  EXPECT_EQ(Evaluate(sample, state), Evaluate(point.mean, state));
}

// A sample's mean is μ and the mean of (x − μ)² is σ²; samples and elements
// are independent.
TEST(SampleLatent, HasTheMomentsOfTheGaussian) {
  Graph graph;
  const Tensor random = autodiff::RandomState(graph, "random");
  const LatentPrediction gaussian{
      .mean = DrawConstant(graph, {2, 3}, 1),
      .log_std = DrawConstant(graph, {2, 3}, 2, -1, 1)};
  const Tensor sample = SampleLatent(gaussian, {2}, random);
  ASSERT_EQ(sample.shape(), (Shape{2, 2, 3}));
  const Tensor z = (sample - gaussian.mean) * Exp(-gaussian.log_std);
  const Tensor of_two_samples = Slice(z, 0, 0, 1) * Slice(z, 0, 1, 2);
  const Tensor of_two_elements = Slice(z, 2, 0, 1) * Slice(z, 2, 1, 2);
  const std::vector<losses::Estimate> estimates = losses::MonteCarlo(
      {z, Square(z), of_two_samples, of_two_elements}, random, 20000);
  for (size_t i = 0; i < estimates.size(); ++i) {
    const double expected = i >= 12 && i < 24 ? 1 : 0;
    EXPECT_TRUE(estimates[i].Contains(expected))
        << i << ": " << estimates[i].mean;
    EXPECT_LT(estimates[i].half_width(), 0.05);
  }
}

// ---- Rollouts ---------------------------------------------------------------

// Of one latent dimension, two steps along fixed actions: by the law of total
// variance, with the first step integrated on a grid of ε,
//   E ẑ₂ = E μ(ẑ₁),  Var ẑ₂ = E σ²(ẑ₁) + Var μ(ẑ₁).
TEST(Rollout, HasTheMomentsOfTheTwoGaussiansInARow) {
  AgentConfig config = SmallConfig();
  config.network.latent_size = 1;
  config.network.latent_norm = LatentNorm::kNone;
  Graph graph;
  const AgentParts parts(graph, config);
  const Tensor& block = parts.model_group.flat();
  const Tensor start = graph.Constant({0.4}, {1, 1});
  const Tensor action1 = graph.Constant({0.3, -0.8}, {1, 2});
  const Tensor action2 = graph.Constant({-0.5, 0.9}, {1, 2});
  const LatentPrediction one = parts.model.Predict(block, start, action1);
  const Tensor z1 = SampleLatent(one, {1000}, parts.update_random);
  const Tensor z2 = SampleLatent(parts.model.Predict(block, z1, action2), {},
                                 parts.update_random);
  const Tensor advanced =
      graph.Assign(parts.update_random, AdvanceRandom(parts.update_random));
  State<double> state(graph);
  DrawParameters(parts, 4, state);

  const NaiveNetworks naive(parts, state);
  const double mean1 = naive.Mean({0.4}, {0.3, -0.8})[0];
  const double std1 = std::exp(naive.LogStd({0.4}, {0.3, -0.8})[0]);
  double mean = 0, square_of_mean = 0, variance = 0;
  constexpr double kStep = 0.005;
  for (double e = -8; e <= 8; e += kStep) {
    const double weight =
        kStep * std::exp(-e * e / 2) / std::sqrt(2 * std::acos(-1));
    const double mu = naive.Mean({mean1 + std1 * e}, {-0.5, 0.9})[0];
    const double sigma =
        std::exp(naive.LogStd({mean1 + std1 * e}, {-0.5, 0.9})[0]);
    mean += weight * mu;
    square_of_mean += weight * mu * mu;
    variance += weight * sigma * sigma;
  }
  const double variance_of_mean = square_of_mean - mean * mean;
  EXPECT_GT(variance_of_mean, 0.01 * variance) << "two steps are one";
  variance += variance_of_mean;

  autodiff::Program<double> program(graph, {z2, advanced}, &state);
  double sum = 0, squares = 0, fourths = 0, count = 0;
  for (int run = 0; run < 400; ++run) {
    program.Run();
    for (const double x : program.Output(z2)) {
      const double square = (x - mean) * (x - mean);
      sum += x - mean;
      squares += square;
      fourths += square * square;
      ++count;
    }
  }
  EXPECT_LT(std::abs(sum / count), 4 * std::sqrt(variance / count));
  const double spread = fourths / count - variance * variance;
  EXPECT_NEAR(squares / count, variance, 4 * std::sqrt(spread / count));
}

}  // namespace
}  // namespace rl
