// The names by which flags and results call the choices of learner.h.
#ifndef EXPERIMENTS_FINITE_ALGORITHMS_H_
#define EXPERIMENTS_FINITE_ALGORITHMS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/finite/learner.h"
#include "experiments/finite/objective.h"

namespace experiments {

// mle, vaml_1_0, cvaml_1_0, vaml_1_1, cvaml_1_1; nothing for another name.
std::optional<Algorithm> AlgorithmNamed(absl::string_view name);
std::vector<std::string> AlgorithmNames();

// exact, sampled.
std::optional<Estimator> EstimatorNamed(absl::string_view name);

// model, environment, none.
std::optional<StartValue> StartValueNamed(absl::string_view name);

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_ALGORITHMS_H_
