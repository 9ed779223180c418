#include <algorithm>
#include <cmath>
#include <cstdint>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/closed_forms.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"
#include "experiments/calibration/random_problem.h"

namespace experiments {
namespace {

constexpr int kStates = 4;

}  // namespace

// G(λ) is the sample loss of one sample with V = λ f, V̄ = f and the true kernel
// as the model, whose rows are all μ; what it has beyond that does not depend
// on λ.
Claim Lemma4(const Search& search) {
  autodiff::Graph graph;
  FiniteProblem problem = InputProblem(graph, kStates);
  const autodiff::Tensor lambda = graph.Input("lambda", {1});
  problem.model = problem.transitions;
  problem.value = lambda * problem.target_value;
  Minimizer minimizer(
      Mean(ExpectedLoss(problem, {.rollout_steps = 1, .bootstrap_steps = 0},
                        Loss::kSample, 1)),
      lambda, {});
  const auto best_multiple = [&](const Eigen::VectorXd& distribution,
                                 const Eigen::VectorXd& f, int number) {
    Write(distribution.transpose().replicate(kStates, 1),
          minimizer.Input(problem.transitions));
    Write(f, minimizer.Input(problem.target_value));
    return minimizer.Find(static_cast<uint64_t>(number), /*starts=*/2).point[0];
  };

  double largest_gap = 0, largest = 0;
  int not_shrunk = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    const Eigen::VectorXd distribution = drawn.model.row(0).transpose();
    const double multiple = best_multiple(distribution, drawn.value, i);
    largest_gap = std::max(
        largest_gap,
        std::abs(multiple -
                 BestMultiple(distribution.dot(drawn.value),
                              distribution.dot(drawn.value.cwiseAbs2()))));
    largest = std::max(largest, multiple);
    if (!(multiple < 1)) ++not_shrunk;
  }
  const Eigen::VectorXd uniform =
      Eigen::VectorXd::Constant(kStates, 1.0 / kStates);
  const double of_constant =
      best_multiple(uniform, Eigen::VectorXd::Constant(kStates, 2.0), 0);
  return {
      .name = "Lemma 4",
      .statement =
          "Of the multiples of a function f that is not constant, "
          "(E g - E f)^2 + Var g is least at g = cf with "
          "c = (E f)^2 / E f^2 < 1.",
      .measurements = {
          AtMost("largest |c - closed form|", largest_gap, 1e-11),
          None("functions that are not shrunk", not_shrunk),
          AtMost("largest c", largest, 1),
          AtMost("|c - 1| of a constant", std::abs(of_constant - 1), 1e-11)}};
}

}  // namespace experiments
