#include "rl/planner.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/naive_networks.h"
#include "rl/small_agent.h"

namespace rl {
namespace {

using autodiff::Tensor;
using autodiff::Tensors;
using Vector = std::vector<double>;

AgentConfig SmallPlanner() {
  AgentConfig config = SmallDeterministicConfig();
  config.planner = {.iterations = 3, .samples = 40, .elites = 7};
  return config;
}

// Acting with drawn parameters on one observation.
template <typename T>
class Acting {
 public:
  Acting(const AgentConfig& config, uint64_t seed, bool plan = true)
      : parts_(graph_, config),
        acting_(plan ? RecordPlanner(parts_) : RecordPolicy(parts_)),
        state_(graph_),
        program_(graph_, Outputs(), &state_) {
    EXPECT_TRUE(Validate(config).ok()) << Validate(config);
    DrawParameters(parts_, seed, state_);
    observation_ = DrawNumbers(config.observation_size, seed);
    absl::c_copy(observation_, program_.Input(acting_.observation).begin());
  }

  void Run() { program_.Run(); }
  Vector Exploring() const { return Read(acting_.exploring); }
  Vector Evaluating() const { return Read(acting_.evaluating); }
  Vector Scores() const { return Read(acting_.scores); }
  // Rows of the candidates' actions at a step of the last iteration.
  std::vector<Vector> Candidates(int step = 0) const {
    const Vector flat = Read(CandidateTensors()[step]);
    const int64_t size = parts_.config.action_size;
    std::vector<Vector> rows;
    for (size_t i = 0; i < flat.size(); i += size) {
      rows.emplace_back(flat.begin() + i, flat.begin() + i + size);
    }
    return rows;
  }
  const Vector& observation() const { return observation_; }
  const AgentParts& parts() const { return parts_; }
  autodiff::State<T>& state() { return state_; }

 private:
  // Only the candidates are put together from parts in this shape: of the last
  // iteration, one tensor per step.
  Tensors CandidateTensors() const {
    if (!acting_.candidates.exists()) return {};
    Tensors all;
    for (int id = 0; id < graph_.size(); ++id) {
      const autodiff::Node& node = graph_.node(id);
      if (node.op == &autodiff::kConcat &&
          node.type.shape == acting_.candidates.shape()) {
        all.emplace_back(&parts_.acting_random.graph(), id);
      }
    }
    return {all.end() - parts_.config.planner.horizon, all.end()};
  }
  Tensors Outputs() const {
    Tensors outputs = {acting_.exploring, acting_.evaluating, acting_.random};
    if (acting_.scores.exists()) outputs.push_back(acting_.scores);
    for (const Tensor& tensor : CandidateTensors()) outputs.push_back(tensor);
    return outputs;
  }
  Vector Read(const Tensor& tensor) const {
    const absl::Span<const T> output = program_.Output(tensor);
    return {output.begin(), output.end()};
  }

  autodiff::Graph graph_;
  AgentParts parts_;
  ActingGraph acting_;
  autodiff::State<T> state_;
  autodiff::Program<T> program_;
  Vector observation_;
};

// Σ_{h<H} γʰ r̂ + γᴴ ½ (Q₁ + Q₂)(z_H, π(z_H)) along the model's means.
double Score(const NaiveNetworks& naive, Vector latent,
             const std::vector<Vector>& actions, double discount) {
  double score = 0, factor = 1;
  for (const Vector& action : actions) {
    score += factor * naive.Reward(latent, action);
    latent = naive.Mean(latent, action);
    factor *= discount;
  }
  const Vector action = naive.Policy(latent);
  return score +
         factor *
             (naive.Value(1, latent, action) + naive.Value(2, latent, action)) /
             2;
}

void ExpectScoresOfLoops(const AgentConfig& config, double tolerance) {
  Acting<double> planner(config, 1);
  planner.Run();
  const NaiveNetworks naive(planner.parts(), planner.state());
  const Vector latent = naive.Encode(planner.observation());
  std::vector<std::vector<Vector>> steps;
  for (int h = 0; h < config.planner.horizon; ++h) {
    steps.push_back(planner.Candidates(h));
  }
  const Vector scores = planner.Scores();
  ASSERT_EQ(scores.size(), config.planner.samples + 1);
  for (size_t i = 0; i < scores.size(); ++i) {
    std::vector<Vector> actions;
    for (const std::vector<Vector>& step : steps) actions.push_back(step[i]);
    ASSERT_NEAR(scores[i],
                Score(naive, latent, actions, config.update.discount),
                tolerance)
        << i;
  }
  // They differ, or agreeing means little.
  EXPECT_GT(absl::c_max_element(scores)[0] - absl::c_min_element(scores)[0],
            1e-3);
}

TEST(Planner, ScoresAreThoseOfLoopsOverSteps) {
  for (const int horizon : {1, 2, 3}) {
    AgentConfig config = SmallPlanner();
    config.planner.horizon = horizon;
    config.update.discount = 0.8;
    ExpectScoresOfLoops(config, 1e-12);
  }
}

TEST(Planner, ScoresOfAScalarCriticAreThoseOfLoops) {
  AgentConfig config = SmallPlanner();
  config.network.critic_head = CriticHead::kScalar;
  ExpectScoresOfLoops(config, 1e-12);
}

// σ = e⁻³⁰: a stochastic model that is none.
TEST(Planner, ScoresOfANarrowModelAreThoseOfItsMeans) {
  AgentConfig config = SmallConfig();
  config.planner = SmallPlanner().planner;
  config.planner.horizon = 2;
  config.planner.model_samples = 3;
  config.network.log_std_low = -31;
  config.network.log_std_high = -30;
  ExpectScoresOfLoops(config, 1e-9);
}

// With one latent dimension the expected score is an integral over ε; all
// candidates are the policy's action.
TEST(Planner, ScoresAverageOverTheModelsSamples) {
  AgentConfig config = SmallConfig();
  config.planner = {.iterations = 1,
                    .samples = 100,
                    .elites = 7,
                    .model_samples = 3,
                    .std_low = 1e-12,
                    .std_high = 1e-12};
  config.network.latent_size = 1;
  config.network.latent_norm = LatentNorm::kNone;
  config.network.log_std_low = -0.5;
  config.network.log_std_high = 1;
  Acting<double> planner(config, 2);
  const NaiveNetworks naive(planner.parts(), planner.state());
  const Vector latent = naive.Encode(planner.observation());
  const Vector action = naive.Policy(latent);
  const double mean = naive.Mean(latent, action)[0];
  const double std = std::exp(naive.LogStd(latent, action)[0]);
  double value = 0, square = 0;
  constexpr double kStep = 0.01;
  for (double e = -8; e <= 8; e += kStep) {
    const Vector next = {mean + std * e};
    const Vector chosen = naive.Policy(next);
    const double v =
        (naive.Value(1, next, chosen) + naive.Value(2, next, chosen)) / 2;
    const double weight =
        kStep * std::exp(-e * e / 2) / std::sqrt(2 * std::numbers::pi);
    value += weight * v;
    square += weight * v * v;
  }
  const double discount = config.update.discount;
  const double expected = naive.Reward(latent, action) + discount * value;
  const double variance = discount * discount * (square - value * value) / 3;
  double sum = 0, squares = 0, count = 0;
  for (int run = 0; run < 300; ++run) {
    planner.Run();
    for (const double score : planner.Scores()) {
      sum += score - expected;
      squares += (score - expected) * (score - expected);
      ++count;
    }
  }
  EXPECT_NEAR(sum / count, 0, 4 * std::sqrt(variance / count));
  EXPECT_NEAR(squares / count, variance, 0.05 * variance) << "3 samples each";
}

// Exhaustive search on a grid finds the same action.
TEST(Planner, FindsTheBestActionOfAOneStepModel) {
  AgentConfig config = SmallPlanner();
  config.planner = {.iterations = 10,
                    .samples = 400,
                    .elites = 30,
                    .temperature = 0.002,
                    .std_low = 0.005,
                    .std_high = 1};
  int inside = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    Acting<double> planner(config, seed);
    planner.Run();
    const Vector mean = planner.Evaluating();
    const NaiveNetworks naive(planner.parts(), planner.state());
    const Vector latent = naive.Encode(planner.observation());
    const auto score = [&](const Vector& action) {
      return Score(naive, latent, {action}, config.update.discount);
    };
    Vector best;
    double highest = -1e9;
    for (double x = -1; x <= 1.0001; x += 0.04) {
      for (double y = -1; y <= 1.0001; y += 0.04) {
        const double s = score({std::min(x, 1.0), std::min(y, 1.0)});
        if (s <= highest) continue;
        highest = s;
        best = {x, y};
      }
    }
    EXPECT_GT(score(mean), highest - 1e-3) << seed;
    EXPECT_NEAR(mean[0], best[0], 0.05) << seed;
    EXPECT_NEAR(mean[1], best[1], 0.05) << seed;
    inside += std::abs(best[0]) < 0.95 || std::abs(best[1]) < 0.95 ? 1 : 0;
  }
  EXPECT_GT(inside, 0) << "all in a corner";
}

TEST(Planner, CandidatesAreActionsAndTheLastIsThePolicys) {
  AgentConfig config = SmallPlanner();
  config.planner.std_high = 2;
  Acting<double> planner(config, 3);
  int clipped = 0;
  for (int run = 0; run < 20; ++run) {
    planner.Run();
    const std::vector<Vector> candidates = planner.Candidates();
    ASSERT_EQ(candidates.size(), 41);
    for (const Vector& action : candidates) {
      for (const double x : action) {
        ASSERT_LE(std::abs(x), 1);
        clipped += std::abs(x) == 1 ? 1 : 0;
      }
    }
    const NaiveNetworks naive(planner.parts(), planner.state());
    const Vector policy = naive.Policy(naive.Encode(planner.observation()));
    for (int i = 0; i < 2; ++i) {
      EXPECT_NEAR(candidates.back()[i], policy[i], 1e-13);
    }
  }
  EXPECT_GT(clipped, 10);
}

// The weighted mean of elites that are all at a limit is not beyond it.
TEST(Planner, ActionsAreInTheirRangeInFloat) {
  AgentConfig config = SmallPlanner();
  config.planner = {
      .iterations = 6, .samples = 64, .elites = 16, .std_high = 2};
  int at_limit = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Acting<float> planner(config, seed);
    for (int run = 0; run < 3; ++run) {
      planner.Run();
      for (const Vector& action : {planner.Exploring(), planner.Evaluating()}) {
        for (const double x : action) {
          ASSERT_LE(std::abs(x), 1) << seed;
          at_limit += std::abs(x) > 0.999 ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(at_limit, 20);
}

// The best candidates by score with weights softmax(score / temperature): the
// mean is what evaluating does, one of them by its weight is what exploring
// does.
TEST(Planner, WeighsTheElites) {
  AgentConfig config = SmallPlanner();
  config.planner.temperature = 0.05;
  Acting<double> planner(config, 4);
  double excess = 0, variance = 0;
  constexpr int kRuns = 1000;
  for (int run = 0; run < kRuns; ++run) {
    planner.Run();
    const Vector scores = planner.Scores();
    const std::vector<Vector> candidates = planner.Candidates();
    std::vector<size_t> order(scores.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    absl::c_sort(order,
                 [&](size_t i, size_t j) { return scores[i] > scores[j]; });
    order.resize(config.planner.elites);
    double total = 0;
    Vector mean(2), weights;
    for (const size_t i : order) {
      weights.push_back(std::exp((scores[i] - scores[order[0]]) / 0.05));
      total += weights.back();
    }
    bool drawn_from_elites = false;
    for (size_t e = 0; e < order.size(); ++e) {
      const Vector& action = candidates[order[e]];
      for (int i = 0; i < 2; ++i) mean[i] += weights[e] / total * action[i];
      drawn_from_elites = drawn_from_elites || action == planner.Exploring();
    }
    ASSERT_TRUE(drawn_from_elites);
    ASSERT_NEAR(planner.Evaluating()[0], mean[0], 1e-12);
    ASSERT_NEAR(planner.Evaluating()[1], mean[1], 1e-12);
    const double best = weights[0] / total;
    excess += (candidates[order[0]] == planner.Exploring() ? 1 : 0) - best;
    variance += best * (1 - best);
  }
  EXPECT_GT(variance, 50) << "always the same elite";
  EXPECT_LT(std::abs(excess), 4 * std::sqrt(variance));
}

// The candidates' standard deviation along the first action dimension.
double Spread(const Acting<double>& planner) {
  std::vector<Vector> candidates = planner.Candidates();
  candidates.pop_back();  // the policy's
  double mean = 0, squares = 0;
  const auto count = static_cast<double>(candidates.size());
  for (const Vector& action : candidates) mean += action[0] / count;
  for (const Vector& action : candidates) {
    squares += (action[0] - mean) * (action[0] - mean) / count;
  }
  return std::sqrt(squares);
}

AgentConfig WidePlanner() {
  AgentConfig config = SmallPlanner();
  config.planner = {.iterations = 1,
                    .samples = 1000,
                    .elites = 2,
                    .std_low = 0.02,
                    .std_high = 0.1};
  return config;
}

TEST(Planner, StartsAtTheUpperStdAroundThePolicy) {
  Acting<double> planner(WidePlanner(), 5);
  planner.Run();
  EXPECT_NEAR(Spread(planner), 0.1, 4 * 0.1 / std::sqrt(2000.0));
  double mean = 0;
  for (const Vector& action : planner.Candidates()) mean += action[0] / 1001;
  EXPECT_NEAR(mean, planner.Candidates().back()[0],
              4 * 0.1 / std::sqrt(1000.0));
}

// One elite has no variance; two with equal weights may be far apart.
TEST(Planner, KeepsTheStdInItsRange) {
  AgentConfig config = WidePlanner();
  config.planner.iterations = 2;
  config.planner.temperature = 1e-9;
  Acting<double> narrow(config, 5);
  narrow.Run();
  EXPECT_NEAR(Spread(narrow), 0.02, 4 * 0.02 / std::sqrt(2000.0));

  config.planner.temperature = 1e9;
  int at_limit = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    Acting<double> wide(config, seed);
    wide.Run();
    const double spread = Spread(wide);
    ASSERT_LT(spread, 0.1 + 4 * 0.1 / std::sqrt(2000.0));
    at_limit += spread > 0.095 ? 1 : 0;
  }
  EXPECT_GT(at_limit, 0);
}

TEST(Planner, OneRandomStateIsOneActionAndEachRunHasItsOwn) {
  Acting<double> first(SmallPlanner(), 6), second(SmallPlanner(), 6);
  first.Run();
  second.Run();
  EXPECT_EQ(first.Exploring(), second.Exploring());
  EXPECT_EQ(first.Evaluating(), second.Evaluating());
  EXPECT_EQ(first.Scores(), second.Scores());
  EXPECT_NE(first.Exploring(), first.Evaluating());
  first.Run();
  EXPECT_NE(first.Scores(), second.Scores());
  EXPECT_NE(first.state().Indices(first.parts().acting_random),
            second.state().Indices(second.parts().acting_random));
}

// ---- The policy alone -------------------------------------------------------

TEST(Policy, EvaluatesItselfAndExploresWithLimitedNoise) {
  Acting<double> policy(SmallDeterministicConfig(), 7, /*plan=*/false);
  const NaiveNetworks naive(policy.parts(), policy.state());
  const Vector expected = naive.Policy(naive.Encode(policy.observation()));
  double sum = 0, squares = 0, count = 0, largest = 0;
  for (int run = 0; run < 20000; ++run) {
    policy.Run();
    for (int i = 0; i < 2; ++i) {
      ASSERT_NEAR(policy.Evaluating()[i], expected[i], 1e-13);
      ASSERT_LT(std::abs(expected[i]), 0.7) << "the sum may be clipped";
      const double noise = policy.Exploring()[i] - expected[i];
      largest = std::max(largest, std::abs(noise));
      sum += noise;
      squares += noise * noise;
      ++count;
    }
  }
  // Among 40,000 draws, 108 are beyond three standard deviations.
  EXPECT_NEAR(largest, 0.3, 1e-12);
  EXPECT_NEAR(sum / count, 0, 4 * 0.1 / std::sqrt(count));
  // E min(z², 9) = erf(3/√2) − 6 φ(3) + 18 (1 − Φ(3)).
  EXPECT_NEAR(squares / count, 0.9950073 * 0.01,
              4 * 0.01 * std::sqrt(2 / count));
}

TEST(Policy, ExploresInsideTheRange) {
  Acting<double> policy(SmallDeterministicConfig(), 7, /*plan=*/false);
  // tanh of a large number: at the limits.
  for (double& x : policy.state().Reals(policy.parts().actor_group.flat())) {
    x *= 30;
  }
  int at_limit = 0;
  for (int run = 0; run < 200; ++run) {
    policy.Run();
    for (const double x : policy.Exploring()) {
      ASSERT_LE(std::abs(x), 1);
      at_limit += std::abs(x) == 1 ? 1 : 0;
    }
  }
  EXPECT_GT(at_limit, 20);
}

}  // namespace
}  // namespace rl
