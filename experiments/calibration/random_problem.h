// Random finite problems, for claims that say "always".
#ifndef EXPERIMENTS_CALIBRATION_RANDOM_PROBLEM_H_
#define EXPERIMENTS_CALIBRATION_RANDOM_PROBLEM_H_

#include <cstdint>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "experiments/calibration/expected_loss.h"

namespace experiments {

struct RandomProblem {
  Eigen::MatrixXd transitions;  // a Garnet with up to three successors
  Eigen::VectorXd rewards;      // N(0, 1)
  Eigen::VectorXd value;        // N(0, 1)
  Eigen::MatrixXd model;        // any kernel
};

// Problem number `number`, the same ones for the same seed. The temperature of
// the transitions is between 0.1 and 10.
RandomProblem DrawProblem(uint64_t seed, int number, int states);

// The distribution next to q that has the mean y of V: q mixed with the least
// or the largest value. y lies between them.
Eigen::VectorXd WithMean(const Eigen::VectorXd& q, const Eigen::VectorXd& value,
                         double y);

// The distribution with mean y of V that has the least variance of V: on the
// two neighbouring values.
Eigen::VectorXd WithLeastVariance(const Eigen::VectorXd& value, double y);

// A problem whose tensors are all inputs of the graph, with V = V̄.
FiniteProblem InputProblem(autodiff::Graph& graph, int states);

// Row-major.
void Write(const Eigen::MatrixXd& matrix, absl::Span<double> input);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_RANDOM_PROBLEM_H_
