#include "experiments/cliffwalk/policy_iteration.h"

#include <cstdint>
#include <memory>
#include <stop_token>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "envs/cliffwalk.h"
#include "envs/markov_decision_process.h"
#include "experiments/finite/learner.h"
#include "experiments/finite/objective.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

envs::MarkovDecisionProcess Problem() {
  return envs::MakeCliffwalk({.temperature = 0.5});
}

PolicyIterationConfig Config(int iterations, int64_t steps) {
  return {.iterations = iterations,
          .steps = steps,
          .learner = {.objective = {.algorithm = Algorithm::kMle},
                      .rank = envs::kCliffwalkStates}};
}

PolicyIterationResult Iterate(const PolicyIterationConfig& config) {
  return *IteratePolicies(config, Problem(), 1, std::stop_token());
}

double StartValue(const MatrixXd& policy) {
  return Problem().Under(policy).Values()[envs::kCliffwalkStart];
}

// With a model that can be exact, each policy is almost as good as that of
// policy iteration with exact values, which is optimal in the end. Nearly equal
// actions may be told apart otherwise: on one processor a policy cost 4% more.
TEST(IteratePolicies, FollowsExactPolicyIteration) {
  const PolicyIterationResult result = Iterate(Config(4, 8000));
  ASSERT_EQ(result.policies.size(), 5u);
  EXPECT_LT(StartValue(result.policies[0]),
            1.5 * StartValue(result.policies[4]));
  const envs::MarkovDecisionProcess problem = Problem();
  MatrixXd policy = envs::UniformPolicy(envs::kCliffwalkStates, 4);
  EXPECT_EQ(result.policies[0], policy);
  for (int i = 1; i <= 4; ++i) {
    policy = envs::GreedyPolicy(
        problem.ActionValues(problem.Under(policy).Values()));
    EXPECT_NEAR(StartValue(result.policies[i]) / StartValue(policy), 1, 0.06)
        << i;
  }
  EXPECT_EQ(StartValue(policy), StartValue(problem.OptimalPolicy()));
}

// In raw rewards, of the policy before the last.
TEST(IteratePolicies, ReportsTheLearntValues) {
  const PolicyIterationResult result = Iterate(Config(1, 8000));
  const VectorXd truth = Problem().Under(result.policies[0]).Values();
  EXPECT_LT((result.values - truth).cwiseAbs().maxCoeff(),
            0.03 * truth.cwiseAbs().maxCoeff());
  EXPECT_LT(result.metrics.value_error, 0.03);
}

// Rewards of 100 under scale 200 are rewards of 50 under scale 100.
TEST(IteratePolicies, LearnersSeeScaledRewards) {
  PolicyIterationConfig config = Config(2, 300);
  const PolicyIterationResult result = Iterate(config);
  config.reward_scale = 200;
  envs::MarkovDecisionProcess doubled = Problem();
  doubled.rewards *= 2;
  const absl::StatusOr<PolicyIterationResult> other =
      IteratePolicies(config, doubled, 1, std::stop_token());
  EXPECT_EQ(other->values, 2 * result.values);
  EXPECT_EQ(other->policies, result.policies);
  EXPECT_EQ(other->metrics.loss, result.metrics.loss);
}

// One learner all the way: two iterations of one policy are one of twice the
// steps.
TEST(IteratePolicies, GoesOnWithWhatWasLearnt) {
  // Under a discount of 0 the first greedy policy is the last.
  envs::MarkovDecisionProcess myopic = Problem();
  myopic.discount = 0;
  PolicyIterationConfig config = Config(4, 100);
  config.learner.objective.discount = 0;
  const auto longer = IteratePolicies(config, myopic, 1, std::stop_token());
  ASSERT_EQ(longer->policies[1], longer->policies[4]);
  const std::unique_ptr<Learner> learner = MakeLearner(config, myopic, 1);
  for (int step = 0; step < 400; ++step) {
    if (step == 100) learner->SetPolicy(longer->policies[1]);
    learner->Step();
  }
  EXPECT_EQ(learner->Evaluate().loss, longer->metrics.loss);
  EXPECT_EQ(VectorXd(100 * learner->Values()), longer->values);
}

TEST(IteratePolicies, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_TRUE(
      absl::IsCancelled(IteratePolicies(Config(20, int64_t{1} << 40), Problem(),
                                        1, source.get_token())
                            .status()));
}

}  // namespace
}  // namespace experiments
