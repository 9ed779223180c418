// Learners of problems with actions.
#include <cmath>
#include <tuple>
#include <vector>

#include "Eigen/Core"
#include "envs/cliffwalk.h"
#include "envs/garnet.h"
#include "envs/markov_decision_process.h"
#include "envs/markov_reward_process.h"
#include "experiments/finite/learner.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

envs::MarkovDecisionProcess Problem() {
  envs::MarkovDecisionProcess problem =
      envs::MakeCliffwalk({.temperature = 0.5});
  problem.rewards /= 100;
  return problem;
}

MatrixXd Uniform() { return envs::UniformPolicy(envs::kCliffwalkStates, 4); }

// Up, up, up, …: to the top and there along the wall for ever.
MatrixXd AlwaysUp() {
  MatrixXd policy = MatrixXd::Zero(envs::kCliffwalkStates, 4);
  policy.col(0).setOnes();
  return policy;
}

LearnerConfig FullRank(Algorithm algorithm) {
  return {.objective = {.algorithm = algorithm},
          .rank = envs::kCliffwalkStates};
}

void Train(Learner& learner, int steps) {
  for (int i = 0; i < steps; ++i) learner.Step();
}

std::tuple<double, double, double, double> Bits(const Metrics& metrics) {
  return {metrics.value_error, metrics.model_based_error, metrics.loss,
          metrics.entropy};
}

// A problem with one action is a problem without actions, bit for bit.
TEST(LearnerWithPolicy, OneActionIsAsGoodAsNone) {
  const envs::MarkovRewardProcess garnet = envs::MakeGarnet({.states = 20}, 4);
  const envs::MarkovDecisionProcess one_action = {
      .actions = 1,
      .transitions = garnet.transitions,
      .rewards = garnet.rewards,
      .discount = garnet.discount};
  for (const Algorithm algorithm : {Algorithm::kMle, Algorithm::kCvaml11}) {
    const LearnerConfig config{.objective = {.algorithm = algorithm}};
    Learner without(config, garnet, 5);
    Learner with(config, one_action, MatrixXd::Ones(20, 1), 5);
    Train(without, 300);
    Train(with, 300);
    EXPECT_EQ(Bits(with.Evaluate()), Bits(without.Evaluate()));
    EXPECT_EQ(with.Values(), without.Values());
  }
}

// With a model that can be exact, values are exact, and after another policy
// has come those of that one.
TEST(LearnerWithPolicy, FindsTheValuesOfOnePolicyAfterAnother) {
  for (const Algorithm algorithm : {Algorithm::kMle, Algorithm::kCvaml10}) {
    Learner learner(FullRank(algorithm), Problem(), Uniform(), 1);
    for (const MatrixXd& policy : {Uniform(), AlwaysUp()}) {
      learner.SetPolicy(policy);
      Train(learner, 8000);
      const Metrics metrics = learner.Evaluate();
      EXPECT_LT(metrics.value_error, 0.03);
      EXPECT_LT(metrics.model_based_error, 0.03);
      const VectorXd truth = Problem().Under(policy).Values();
      EXPECT_LT((learner.Values() - truth).cwiseAbs().maxCoeff(),
                0.03 * truth.cwiseAbs().maxCoeff());
    }
  }
}

// V = 0: r(s, a) is all there is, whatever the model.
TEST(LearnerWithPolicy, ActionValuesBeforeTheFirstStepAreRewards) {
  Learner learner(FullRank(Algorithm::kMle), Problem(), Uniform(), 1);
  const Metrics metrics = learner.Evaluate();
  const MatrixXd action_values = learner.ActionValues();
  for (int s = 0; s < envs::kCliffwalkStates; ++s) {
    for (int a = 0; a < 4; ++a) {
      EXPECT_EQ(action_values(s, a), Problem().rewards[4 * s + a]);
    }
  }
  // E_π r against V^π, relative to its spread.
  const envs::MarkovRewardProcess uniform = Problem().Under(Uniform());
  const VectorXd truth = uniform.Values();
  const double spread =
      std::sqrt((truth.array() - truth.mean()).square().mean());
  const double error =
      std::sqrt((uniform.rewards - truth).array().square().mean());
  EXPECT_NEAR(metrics.model_based_error, error / spread, 1e-6);
}

// Parameters, target and Adam's moments.
TEST(LearnerWithPolicy, SetPolicyKeepsWhatWasLearnt) {
  Learner learner(FullRank(Algorithm::kMle), Problem(), Uniform(), 1);
  Train(learner, 100);
  learner.Evaluate();
  const VectorXd values = learner.Values();
  const std::vector<float> a(learner.a().begin(), learner.a().end());
  learner.SetPolicy(AlwaysUp());
  learner.Evaluate();
  EXPECT_EQ(learner.Values(), values);
  EXPECT_EQ(std::vector<float>(learner.a().begin(), learner.a().end()), a);

  // The same policy set again changes no bit of what follows.
  Learner undisturbed(FullRank(Algorithm::kMle), Problem(), Uniform(), 1);
  Train(undisturbed, 150);
  Learner disturbed(FullRank(Algorithm::kMle), Problem(), Uniform(), 1);
  Train(disturbed, 100);
  disturbed.SetPolicy(AlwaysUp());
  disturbed.SetPolicy(Uniform());
  Train(disturbed, 50);
  EXPECT_EQ(Bits(disturbed.Evaluate()), Bits(undisturbed.Evaluate()));
}

}  // namespace
}  // namespace experiments
