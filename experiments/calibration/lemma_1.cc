#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/closed_forms.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/random_problem.h"

namespace experiments {
namespace {

constexpr int kStates = 5;

}  // namespace

// G_k(q) = (E_q V − E_p V)² + Var_q[V]/k is the IterVAML loss of k samples
// without Var_p[V]. Each row of a problem is one p, with a random q of the same
// mean and the one of least variance.
Claim Lemma1(const Search& search) {
  autodiff::Graph graph;
  const FiniteProblem problem = InputProblem(graph, kStates);
  const std::vector<int> samples = {1, 2, 4};
  autodiff::Tensors losses;
  for (const int k : samples) {
    losses.push_back(ClosedFormLoss(
        problem, {.rollout_steps = 1, .bootstrap_steps = 0}, 1.0 / k));
  }
  autodiff::Program<double> program(graph, losses);

  int counterexamples = 0, cases = 0, of_less_variance = 0;
  double largest_gap = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    const Eigen::VectorXd y = drawn.transitions * drawn.value;
    const Eigen::ArrayXd squares = drawn.value.array().square();
    const Eigen::VectorXd noise =
        drawn.transitions * squares.matrix() - y.cwiseAbs2();
    Eigen::MatrixXd any(kStates, kStates), least(kStates, kStates);
    for (int s = 0; s < kStates; ++s) {
      any.row(s) = WithMean(drawn.model.row(s).transpose(), drawn.value, y[s])
                       .transpose();
      least.row(s) = WithLeastVariance(drawn.value, y[s]).transpose();
    }
    Write(drawn.transitions, program.Input(problem.transitions));
    Write(drawn.value, program.Input(problem.value));
    const auto losses_of = [&](const Eigen::MatrixXd& model) {
      Write(model, program.Input(problem.model));
      program.Run();
      Eigen::MatrixXd of(kStates, samples.size());
      for (size_t j = 0; j < samples.size(); ++j) {
        of.col(j) = Eigen::Map<const Eigen::VectorXd>(
                        program.Output(losses[j]).data(), kStates) -
                    noise;
      }
      return of;
    };
    const Eigen::MatrixXd of_any = losses_of(any), of_least = losses_of(least);
    for (int s = 0; s < kStates; ++s) {
      const double variance = any.row(s).dot(squares.matrix()) - y[s] * y[s];
      const double least_variance = LeastVariance(
          {drawn.value.data(), static_cast<size_t>(kStates)}, y[s]);
      for (size_t j = 0; j < samples.size(); ++j) {
        largest_gap = std::max(
            {largest_gap, std::abs(of_any(s, j) - variance / samples[j]),
             std::abs(of_least(s, j) - least_variance / samples[j])});
        if (variance < least_variance - 1e-9) ++of_less_variance;
        if (variance < least_variance + 1e-9) continue;
        ++cases;
        if (!(of_least(s, j) < of_any(s, j))) ++counterexamples;
      }
    }
  }
  return {
      .name = "Lemma 1",
      .statement =
          "Among the models with the right mean of V, only those "
          "with the least variance of V can minimise G_k.",
      .measurements = {
          None("models of the right mean with less than the least variance",
               of_less_variance),
          AtLeast("with more variance", cases, 1),
          None("of them G_k not above that of the least variance",
               counterexamples),
          AtMost("largest |G_k - Var/k| of all of them", largest_gap, 1e-11)}};
}

}  // namespace experiments
