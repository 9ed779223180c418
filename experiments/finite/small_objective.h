// The algorithms' losses on a problem of four states, for tests.
#ifndef EXPERIMENTS_FINITE_SMALL_OBJECTIVE_H_
#define EXPERIMENTS_FINITE_SMALL_OBJECTIVE_H_

#include <string>
#include <vector>

#include "autodiff/tensor.h"
#include "experiments/finite/objective.h"
#include "losses/small_problem.h"

namespace experiments {

// `problem` with a model of its own: softmax of `logits`.
ValueLearningProblem WithModel(const losses::SmallProblem& problem,
                               const autodiff::Tensor& logits,
                               const autodiff::Tensor& value);

// The five algorithms with each start value; a valid name for each.
std::vector<ObjectiveConfig> AllObjectives();
std::string NameOf(const ObjectiveConfig& config);

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_SMALL_OBJECTIVE_H_
