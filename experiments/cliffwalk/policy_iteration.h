// Policy iteration with a learnt model and value (appendix C.5 of the paper).
#ifndef EXPERIMENTS_CLIFFWALK_POLICY_ITERATION_H_
#define EXPERIMENTS_CLIFFWALK_POLICY_ITERATION_H_

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "envs/markov_decision_process.h"
#include "experiments/finite/learner.h"

namespace experiments {

struct PolicyIterationConfig {
  int iterations = 20;
  int64_t steps = 2000;       // of training, each iteration
  double reward_scale = 100;  // the learner sees rewards divided by this
  LearnerConfig learner;
};

struct PolicyIterationResult {
  std::vector<Eigen::MatrixXd> policies;  // [n, A]; the first is uniform
  // Of the last policy but one, as learnt, in raw rewards: what the last one
  // is greedy for.
  Eigen::VectorXd values;
  Metrics metrics;  // of the learner at the end
};

// Learner of `problem`, given in raw rewards, under the uniform policy.
std::unique_ptr<Learner> MakeLearner(const PolicyIterationConfig& config,
                                     const envs::MarkovDecisionProcess& problem,
                                     uint64_t seed);

// Starts from the uniform policy. Each iteration trains one and the same
// learner for some steps on the policy's value and takes the policy that is
// greedy for r + γ p̂ V. Cancelled if `stop` asks for it.
absl::StatusOr<PolicyIterationResult> IteratePolicies(
    const PolicyIterationConfig& config,
    const envs::MarkovDecisionProcess& problem, uint64_t seed,
    const std::stop_token& stop);

}  // namespace experiments

#endif  // EXPERIMENTS_CLIFFWALK_POLICY_ITERATION_H_
