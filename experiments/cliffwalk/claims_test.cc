// What the study finds, on so few seeds and iterations that a test can ask.
#include <cmath>
#include <stop_token>

#include "Eigen/Core"
#include "envs/cliffwalk.h"
#include "envs/markov_decision_process.h"
#include "envs/markov_reward_process.h"
#include "experiments/cliffwalk/policy_iteration.h"
#include "experiments/finite/objective.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

constexpr int kSeeds = 3;

struct Outcome {
  int optimal = 0;            // policies as good as the optimal one
  double mean_shortfall = 0;  // of the start's value from the optimal one
  double mean_entropy = 0;    // of the model
};

envs::MarkovDecisionProcess ProblemAt(double temperature) {
  return envs::MakeCliffwalk({.temperature = temperature});
}

Outcome Learn(Algorithm algorithm, double temperature, int rank,
              double variance_weight = 1) {
  const envs::MarkovDecisionProcess problem = ProblemAt(temperature);
  const auto start_value = [&](const Eigen::MatrixXd& policy) {
    return problem.Under(policy).Values()[envs::kCliffwalkStart];
  };
  const double best = start_value(problem.OptimalPolicy());
  Outcome outcome;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const PolicyIterationResult result =
        *IteratePolicies({.iterations = 8,
                          .learner = {.objective = {.algorithm = algorithm},
                                      .rank = rank,
                                      .variance_weight = variance_weight}},
                         problem, seed, std::stop_token());
    const double shortfall = best - start_value(result.policies.back());
    outcome.optimal += shortfall < 1e-9 * std::abs(best);
    outcome.mean_shortfall += shortfall / kSeeds;
    outcome.mean_entropy += result.metrics.entropy / kSeeds;
  }
  return outcome;
}

double TrueEntropy(double temperature) {
  return envs::RowEntropies(ProblemAt(temperature).transitions).mean();
}

TEST(Claims, CalibratedLossesFindTheOptimalPolicyAtEveryRank) {
  for (const Algorithm algorithm : {Algorithm::kCvaml10, Algorithm::kCvaml11}) {
    for (const int rank : {2, 5}) {
      const Outcome outcome = Learn(algorithm, 0.316, rank);
      EXPECT_EQ(outcome.optimal, kSeeds) << rank;
      EXPECT_GT(outcome.mean_entropy, TrueEntropy(0.316)) << rank;
    }
  }
}

TEST(Claims, MaximumLikelihoodNeedsTheRank) {
  const Outcome few = Learn(Algorithm::kMle, 0.316, 2);
  const Outcome all = Learn(Algorithm::kMle, 0.316, envs::kCliffwalkStates);
  EXPECT_LT(few.optimal, kSeeds);
  EXPECT_GT(few.mean_shortfall, 10 * all.mean_shortfall);
}

// Also where the environment is almost deterministic and the true model would
// have no variance to pay for.
TEST(Claims, UncalibratedLossesDoNotFindIt) {
  for (const Algorithm algorithm : {Algorithm::kVaml10, Algorithm::kVaml11}) {
    for (const double temperature : {0.01, 0.316, 1.0}) {
      const Outcome outcome = Learn(algorithm, temperature, 5);
      EXPECT_EQ(outcome.optimal, 0) << temperature;
      EXPECT_GT(outcome.mean_shortfall, 3) << temperature;
      if (temperature < 0.1) continue;
      EXPECT_LT(outcome.mean_entropy, 0.1 * TrueEntropy(temperature));
    }
  }
}

// It is the variance that they pay for: for the mean of 100 samples it counts
// a hundredth.
TEST(Claims, ManySamplesRepairAnUncalibratedLoss) {
  EXPECT_LT(Learn(Algorithm::kVaml11, 0.316, 5, 0.01).mean_shortfall,
            Learn(Algorithm::kVaml11, 0.316, 5, 1).mean_shortfall / 4);
}

}  // namespace
}  // namespace experiments
