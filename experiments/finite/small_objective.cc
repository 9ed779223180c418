#include "experiments/finite/small_objective.h"

#include "absl/strings/str_cat.h"
#include "autodiff/ops.h"

namespace experiments {

using autodiff::Tensor;

ValueLearningProblem WithModel(const losses::SmallProblem& problem,
                               const Tensor& logits, const Tensor& value) {
  return {.transitions = problem.transitions,
          .reward = problem.reward,
          .model = Softmax(logits),
          .log_model = LogSoftmax(logits),
          .value = value,
          .target_value = problem.target_value};
}

std::vector<ObjectiveConfig> AllObjectives() {
  std::vector<ObjectiveConfig> objectives;
  for (const Algorithm algorithm :
       {Algorithm::kMle, Algorithm::kVaml10, Algorithm::kCvaml10,
        Algorithm::kVaml11, Algorithm::kCvaml11}) {
    for (const StartValue start_value :
         {StartValue::kModel, StartValue::kEnvironment, StartValue::kNone}) {
      objectives.push_back({algorithm, start_value});
    }
  }
  return objectives;
}

std::string NameOf(const ObjectiveConfig& config) {
  constexpr const char* kAlgorithms[] = {"mle", "vaml_1_0", "cvaml_1_0",
                                         "vaml_1_1", "cvaml_1_1"};
  constexpr const char* kStartValues[] = {"model", "environment", "none"};
  return absl::StrCat(kAlgorithms[static_cast<int>(config.algorithm)], "_",
                      kStartValues[static_cast<int>(config.start_value)]);
}

}  // namespace experiments
