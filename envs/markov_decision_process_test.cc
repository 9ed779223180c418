#include "envs/markov_decision_process.h"

#include <cmath>
#include <limits>
#include <random>

#include "Eigen/Core"
#include "envs/markov_reward_process.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kStates = 4;
constexpr int kActions = 3;

MarkovDecisionProcess RandomProcess(int seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform;
  MarkovDecisionProcess process{
      .actions = kActions,
      .transitions = MatrixXd(kStates * kActions, kStates),
      .rewards = VectorXd(kStates * kActions),
      .discount = 0.9};
  for (double& p : process.transitions.reshaped()) p = uniform(random);
  for (auto row : process.transitions.rowwise()) row /= row.sum();
  for (double& reward : process.rewards) reward = uniform(random);
  return process;
}

// The deterministic policies, one for each number from 0 to A^n − 1.
MatrixXd PolicyNumber(int number) {
  MatrixXd policy = MatrixXd::Zero(kStates, kActions);
  for (Index s = 0; s < kStates; ++s, number /= kActions) {
    policy(s, number % kActions) = 1;
  }
  return policy;
}

int Policies() { return static_cast<int>(std::pow(kActions, kStates)); }

// V_π(s) = Σ_a π(a|s) (r(s,a) + γ Σ_s' P(s'|s,a) V_π(s')), written out.
TEST(MarkovDecisionProcess, ValuesOfAPolicyAreItsFixedPoint) {
  const MarkovDecisionProcess process = RandomProcess(1);
  MatrixXd policy(kStates, kActions);
  policy << 0.2, 0.3, 0.5,  //
      1, 0, 0,              //
      0.1, 0.1, 0.8,        //
      0.6, 0.4, 0;
  const VectorXd values = process.Under(policy).Values();
  const MatrixXd action_values = process.ActionValues(values);
  for (int s = 0; s < kStates; ++s) {
    double expected = 0;
    for (int a = 0; a < kActions; ++a) {
      const int row = s * kActions + a;
      double q = process.rewards[row];
      for (int next = 0; next < kStates; ++next) {
        q += 0.9 * process.transitions(row, next) * values[next];
      }
      EXPECT_NEAR(action_values(s, a), q, 1e-12);
      expected += policy(s, a) * q;
    }
    EXPECT_NEAR(values[s], expected, 1e-12);
  }
}

// No other policy is better in any state.
TEST(MarkovDecisionProcess, OptimalPolicyIsTheBestOfAll) {
  for (int seed = 0; seed < 20; ++seed) {
    const MarkovDecisionProcess process = RandomProcess(seed);
    VectorXd best = VectorXd::Constant(kStates, -1e9);
    for (int number = 0; number < Policies(); ++number) {
      best = best.cwiseMax(process.Under(PolicyNumber(number)).Values());
    }
    const VectorXd optimal = process.Under(process.OptimalPolicy()).Values();
    EXPECT_LT((optimal - best).cwiseAbs().maxCoeff(), 1e-12) << seed;
  }
}

// The policy, among all, whose first step earns most before V is collected.
TEST(GreedyPolicy, IsTheBestOfAll) {
  const MarkovDecisionProcess process = RandomProcess(7);
  const VectorXd values = VectorXd::LinSpaced(kStates, -1, 1);
  const MatrixXd action_values = process.ActionValues(values);
  double best = -std::numeric_limits<double>::infinity();
  MatrixXd best_policy;
  for (int number = 0; number < Policies(); ++number) {
    const MatrixXd policy = PolicyNumber(number);
    const MarkovRewardProcess under = process.Under(policy);
    const double sum =
        (under.rewards + 0.9 * (under.transitions * values)).sum();
    if (sum > best) {
      best = sum;
      best_policy = policy;
    }
  }
  EXPECT_EQ(GreedyPolicy(action_values), best_policy);
}

TEST(GreedyPolicy, TiesGoToTheLowestIndex) {
  MatrixXd action_values(3, 3);
  action_values << 0, 2, 2,  //
      1, 1, 1,               //
      -3, -4, -3;
  MatrixXd expected(3, 3);
  expected << 0, 1, 0,  //
      1, 0, 0,          //
      1, 0, 0;
  EXPECT_EQ(GreedyPolicy(action_values), expected);
}

TEST(UniformPolicy, GivesEachActionTheSame) {
  const MatrixXd policy = UniformPolicy(2, 4);
  EXPECT_EQ(policy, MatrixXd::Constant(2, 4, 0.25));
}

}  // namespace
}  // namespace envs
