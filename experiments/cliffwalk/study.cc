#include "experiments/cliffwalk/study.h"

#include <stop_token>

#include "absl/strings/str_cat.h"

namespace experiments {
namespace {

std::vector<std::string> MetricNames(const Study& study) {
  std::vector<std::string> metrics;
  for (int i = 0; i <= study.iteration.iterations; ++i) {
    metrics.push_back(absl::StrCat("start_value_", i));
  }
  metrics.insert(metrics.end(), {"value_error", "entropy"});
  for (const char* name : {"action_", "value_"}) {
    for (int state = 0; state < envs::kCliffwalkStates; ++state) {
      metrics.push_back(absl::StrCat(name, state));
    }
  }
  return metrics;
}

PolicyIterationConfig ConfigAt(const Study& study, const GridPoint& point) {
  PolicyIterationConfig config = study.iteration;
  config.learner = LearnerAt(point, config.learner);
  return config;
}

// The numbers of a run, in the order of MetricNames.
absl::StatusOr<std::vector<double>> Learn(const Study& study,
                                          const GridPoint& point,
                                          const std::stop_token& stop) {
  const envs::MarkovDecisionProcess problem =
      ProblemAt(study, point.temperature);
  const absl::StatusOr<PolicyIterationResult> result =
      IteratePolicies(ConfigAt(study, point), problem, point.seed, stop);
  if (!result.ok()) return result.status();
  std::vector<double> numbers;
  for (const Eigen::MatrixXd& policy : result->policies) {
    numbers.push_back(problem.Under(policy).Values()[envs::kCliffwalkStart]);
  }
  numbers.push_back(result->metrics.value_error);
  numbers.push_back(result->metrics.entropy);
  for (const auto probabilities : result->policies.back().rowwise()) {
    Eigen::Index action;
    probabilities.maxCoeff(&action);
    numbers.push_back(static_cast<double>(action));
  }
  numbers.insert(numbers.end(), result->values.begin(), result->values.end());
  return numbers;
}

}  // namespace

envs::MarkovDecisionProcess ProblemAt(const Study& study, double temperature) {
  return envs::MakeCliffwalk(
      {.temperature = temperature,
       .discount = study.iteration.learner.objective.discount});
}

absl::StatusOr<RunTable> RunStudy(const Study& study,
                                  const OutputDirectory& directory) {
  return RunGrid(study.grid, MetricNames(study),
                 {.make_learner =
                      [&](const GridPoint& point) {
                        return MakeLearner(ConfigAt(study, point),
                                           ProblemAt(study, point.temperature),
                                           point.seed);
                      },
                  .execute =
                      [&](const GridPoint& point, const std::stop_token& stop) {
                        return Learn(study, point, stop);
                      }},
                 directory);
}

int StartValueColumn(int iteration) { return iteration; }

int ValueErrorColumn(const Study& study) {
  return study.iteration.iterations + 1;
}

int EntropyColumn(const Study& study) { return ValueErrorColumn(study) + 1; }

int ActionColumn(const Study& study, int state) {
  return EntropyColumn(study) + 1 + state;
}

int ValueColumn(const Study& study, int state) {
  return ActionColumn(study, envs::kCliffwalkStates) + state;
}

}  // namespace experiments
