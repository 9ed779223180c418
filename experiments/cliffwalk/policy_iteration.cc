#include "experiments/cliffwalk/policy_iteration.h"

#include "absl/status/status.h"

namespace experiments {

std::unique_ptr<Learner> MakeLearner(const PolicyIterationConfig& config,
                                     const envs::MarkovDecisionProcess& problem,
                                     uint64_t seed) {
  envs::MarkovDecisionProcess scaled = problem;
  scaled.rewards /= config.reward_scale;
  return std::make_unique<Learner>(
      config.learner, scaled,
      envs::UniformPolicy(problem.states(), problem.actions), seed);
}

absl::StatusOr<PolicyIterationResult> IteratePolicies(
    const PolicyIterationConfig& config,
    const envs::MarkovDecisionProcess& problem, uint64_t seed,
    const std::stop_token& stop) {
  const std::unique_ptr<Learner> learner = MakeLearner(config, problem, seed);
  PolicyIterationResult result = {
      .policies = {envs::UniformPolicy(problem.states(), problem.actions)}};
  for (int i = 0; i < config.iterations; ++i) {
    learner->SetPolicy(result.policies.back());
    for (int64_t step = 0; step < config.steps; ++step) {
      if (stop.stop_requested()) return absl::CancelledError("stopped");
      learner->Step();
    }
    result.metrics = learner->Evaluate();
    result.policies.push_back(envs::GreedyPolicy(learner->ActionValues()));
  }
  result.values = config.reward_scale * learner->Values();
  return result;
}

}  // namespace experiments
