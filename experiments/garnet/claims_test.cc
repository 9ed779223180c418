// The paper's findings (section 5) on a Garnet problem small enough for a test:
// 20 states, a model of rank 2, temperature 0.316, medians of 5 seeds.
#include <algorithm>
#include <vector>

#include "envs/garnet.h"
#include "envs/markov_reward_process.h"
#include "experiments/finite/learner.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

constexpr int kSeeds = 5;
constexpr int kSteps = 3000;

envs::MarkovRewardProcess Problem(int seed) {
  return envs::MakeGarnet({.states = 20, .temperature = 0.316}, seed);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Medians {
  double value_error, entropy;
};

Medians TrainAll(Algorithm algorithm) {
  std::vector<double> value_errors, entropies;
  for (int seed = 0; seed < kSeeds; ++seed) {
    Learner learner({.objective = {.algorithm = algorithm}, .rank = 2},
                    Problem(seed), seed);
    for (int step = 0; step < kSteps; ++step) learner.Step();
    const Metrics metrics = learner.Evaluate();
    value_errors.push_back(metrics.value_error);
    entropies.push_back(metrics.entropy);
  }
  return {Median(value_errors), Median(entropies)};
}

double MedianTrueEntropy() {
  std::vector<double> entropies;
  for (int seed = 0; seed < kSeeds; ++seed) {
    entropies.push_back(envs::RowEntropies(Problem(seed).transitions).mean());
  }
  return Median(entropies);
}

TEST(Claims, ACalibratedLossUsesTheModelsFewRanksBest) {
  const double error = TrainAll(Algorithm::kCvaml10).value_error;
  EXPECT_LT(error, TrainAll(Algorithm::kMle).value_error / 2);
  EXPECT_LT(error, TrainAll(Algorithm::kVaml10).value_error / 4);
}

TEST(Claims, CalibrationHelpsMuZeroAsWell) {
  EXPECT_LT(TrainAll(Algorithm::kCvaml11).value_error,
            TrainAll(Algorithm::kVaml11).value_error / 4);
}

TEST(Claims, TheUncalibratedLossMakesTheModelDeterministic) {
  const double truth = MedianTrueEntropy();
  for (const Algorithm vaml : {Algorithm::kVaml10, Algorithm::kVaml11}) {
    EXPECT_LT(TrainAll(vaml).entropy, 0.05 * truth);
  }
  for (const Algorithm cvaml : {Algorithm::kCvaml10, Algorithm::kCvaml11}) {
    EXPECT_GT(TrainAll(cvaml).entropy, truth);
  }
}

}  // namespace
}  // namespace experiments
