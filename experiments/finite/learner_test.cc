#include "experiments/finite/learner.h"

#include <cmath>
#include <cstdint>
#include <tuple>

#include "Eigen/Core"
#include "envs/garnet.h"
#include "envs/markov_reward_process.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using Eigen::ArrayXd;

constexpr int kStates = 20;

envs::MarkovRewardProcess Problem() {
  return envs::MakeGarnet({.states = kStates}, 4);
}

Metrics Train(const LearnerConfig& config, uint64_t seed, int steps) {
  Learner learner(config, Problem(), seed);
  for (int i = 0; i < steps; ++i) learner.Step();
  return learner.Evaluate();
}

std::tuple<double, double, double, double> Bits(const Metrics& metrics) {
  return {metrics.value_error, metrics.model_based_error, metrics.loss,
          metrics.entropy};
}

double Rms(const ArrayXd& x) { return std::sqrt(x.square().mean()); }

// RMSE(estimate, V*) / std(V*).
double ErrorOf(const ArrayXd& estimate) {
  const ArrayXd truth = Problem().Values();
  return Rms(estimate - truth) / Rms(truth - truth.mean());
}

// With A = B = 0 the gradient of A B is zero: the model stays uniform and
// leaves a value whose course is known.
LearnerConfig UniformModel(Algorithm algorithm) {
  return {.objective = {.algorithm = algorithm}, .initial_scale = 0};
}

// Σ_s KL(P_s ‖ uniform) / n.
double DivergenceFromUniform() {
  return std::log(kStates) - envs::RowEntropies(Problem().transitions).mean();
}

class BothEstimators : public testing::TestWithParam<Estimator> {
 protected:
  LearnerConfig Config() const {
    return {.objective = {.algorithm = Algorithm::kCvaml11},
            .estimator = GetParam()};
  }
};

TEST_P(BothEstimators, TheSeedFixesEveryBit) {
  EXPECT_EQ(Bits(Train(Config(), 5, 200)), Bits(Train(Config(), 5, 200)));
}

TEST_P(BothEstimators, SeedsDiffer) {
  EXPECT_NE(Bits(Train(Config(), 5, 200)), Bits(Train(Config(), 6, 200)));
  const uint64_t high_word = uint64_t{1} << 32;
  EXPECT_NE(Bits(Train(Config(), 5, 200)),
            Bits(Train(Config(), 5 + high_word, 200)));
}

INSTANTIATE_TEST_SUITE_P(All, BothEstimators,
                         testing::Values(Estimator::kExact,
                                         Estimator::kSampled));

// V = 0 and p̂ uniform.
TEST(Learner, MetricsBeforeTheFirstStep) {
  const Metrics metrics = Train(UniformModel(Algorithm::kMle), 1, 0);
  const ArrayXd r = Problem().rewards;
  EXPECT_NEAR(metrics.value_error, ErrorOf(ArrayXd::Zero(kStates)), 1e-6);
  EXPECT_NEAR(metrics.model_based_error, ErrorOf(r), 1e-6);
  EXPECT_NEAR(metrics.loss, DivergenceFromUniform() + r.square().mean(), 1e-5);
  EXPECT_NEAR(metrics.entropy, std::log(kStates), 1e-6);
}

// Adam's first step has the length of the learning rate: V = α sign(r), and
// V̄ = target rate · V.
TEST(Learner, MetricsAfterOneStep) {
  LearnerConfig config = UniformModel(Algorithm::kMle);
  config.adam.learning_rate = 0.5;
  config.target_rate = 0.25;
  const Metrics metrics = Train(config, 1, 1);
  const ArrayXd r = Problem().rewards;
  const ArrayXd value = 0.5 * r.sign();
  ASSERT_GT(std::abs(value.mean()), 0.04) << "V̄ would not show";
  const ArrayXd error = value - (r + 0.9 * 0.25 * value.mean());
  EXPECT_NEAR(metrics.value_error, ErrorOf(value), 1e-5);
  EXPECT_NEAR(metrics.model_based_error, ErrorOf(r + 0.9 * value.mean()), 1e-5);
  EXPECT_NEAR(metrics.loss, DivergenceFromUniform() + error.square().mean(),
              1e-5);
}

// Logits Σ_k A_ik B_kj have variance rank · scale⁴ =: v, and a softmax over n
// of them the entropy log n − (1 − 1/n) v/2 + O(v²).
TEST(Learner, DrawsBothFactorsAtTheInitialScale) {
  const LearnerConfig config{.objective = {.algorithm = Algorithm::kMle},
                             .rank = 10,
                             .initial_scale = 0.2};
  constexpr int kSeeds = 40;
  double deficit = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    deficit += (std::log(kStates) - Train(config, seed, 0).entropy) / kSeeds;
  }
  const double variance = config.rank * std::pow(config.initial_scale, 4);
  EXPECT_NEAR(deficit / ((1 - 1.0 / kStates) * variance / 2), 1, 0.1);
}

TEST(Learner, ShowsTheFactorsOfItsModel) {
  constexpr int kRank = 3;
  const LearnerConfig config{.rank = kRank, .initial_scale = 0.7};
  Learner learner(config, Problem(), 1);
  using Factor =
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  ASSERT_EQ(learner.a().size(), kStates * kRank);
  ASSERT_EQ(learner.b().size(), kRank * kStates);
  const Eigen::Map<const Factor> a(learner.a().data(), kStates, kRank);
  const Eigen::Map<const Factor> b(learner.b().data(), kRank, kStates);
  Eigen::MatrixXd model = (a * b).cast<double>().array().exp();
  for (auto row : model.rowwise()) row /= row.sum();
  EXPECT_NEAR(envs::RowEntropies(model).mean(), learner.Evaluate().entropy,
              1e-5);
}

// The loss reported of k samples is their expected loss.
TEST(Learner, LossIsTheExpectedOneWhateverTheEstimator) {
  LearnerConfig sampled = UniformModel(Algorithm::kVaml10);
  sampled.estimator = Estimator::kSampled;
  sampled.model_samples = 4;
  sampled.adam.learning_rate = 0.5;
  sampled.target_rate = 1;
  LearnerConfig exact = sampled;
  exact.estimator = Estimator::kExact;
  exact.variance_weight = 0.25;
  EXPECT_NEAR(Train(sampled, 1, 1).loss, Train(exact, 1, 1).loss, 1e-6);
  exact.variance_weight = 1;
  EXPECT_GT(Train(exact, 1, 1).loss, Train(sampled, 1, 1).loss + 0.01);
}

// V̄ is moved by its average alone: if that stands still at 0, V → r.
TEST(Learner, TrainsNoTarget) {
  for (const Algorithm algorithm : {Algorithm::kMle, Algorithm::kCvaml10}) {
    LearnerConfig config{.objective = {.algorithm = algorithm}};
    config.target_rate = 0;
    EXPECT_NEAR(Train(config, 1, 3000).value_error, ErrorOf(Problem().rewards),
                1e-4);
  }
}

// Under a uniform model V = r + γ mean(V), so mean(V) = mean(r) / (1 − γ).
TEST(Learner, ValueBecomesTheModelsFixedPoint) {
  const Metrics metrics = Train(UniformModel(Algorithm::kCvaml10), 1, 5000);
  const ArrayXd r = Problem().rewards;
  const double error = ErrorOf(r + 0.9 * r.mean() / 0.1);
  EXPECT_NEAR(metrics.value_error, error, 1e-3);
  EXPECT_NEAR(metrics.model_based_error, error, 1e-3);
}

TEST(Learner, FullRankMaximumLikelihoodFindsKernelAndValue) {
  const LearnerConfig config{.objective = {.algorithm = Algorithm::kMle},
                             .rank = kStates};
  const Metrics start = Train(config, 1, 0), end = Train(config, 1, 5000);
  EXPECT_GT(start.value_error, 0.9);
  EXPECT_LT(end.value_error, 0.01);
  EXPECT_LT(end.model_based_error, 0.01);
  EXPECT_LT(end.loss, 1e-3);
  EXPECT_NEAR(end.entropy, envs::RowEntropies(Problem().transitions).mean(),
              0.01);
}

// The same from samples, which need a smaller step: the score function's noise
// at 0.01 makes the model drift.
TEST(Learner, SampledEstimatorLearnsAsWell) {
  for (const Algorithm algorithm : {Algorithm::kMle, Algorithm::kCvaml10}) {
    LearnerConfig config{.objective = {.algorithm = algorithm},
                         .rank = kStates,
                         .estimator = Estimator::kSampled};
    config.adam.learning_rate = 0.003;
    EXPECT_LT(Train(config, 1, 8000).value_error, 0.2);
  }
}

}  // namespace
}  // namespace experiments
