#include <cstddef>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
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

// Rows that are each one point mass: the state whose value is nearest to y.
Eigen::MatrixXd NearestStates(const Eigen::VectorXd& value,
                              const Eigen::VectorXd& y) {
  Eigen::MatrixXd model = Eigen::MatrixXd::Zero(kStates, kStates);
  for (int s = 0; s < kStates; ++s) {
    Eigen::Index nearest = 0;
    (value.array() - y[s]).abs().minCoeff(&nearest);
    model(s, nearest) = 1;
  }
  return model;
}

}  // namespace

// By Lemma 1 the best model with the right mean is the one of least variance,
// so it is enough to compare the point mass with that one.
Claim Lemma2(const Search& search) {
  autodiff::Graph graph;
  const FiniteProblem problem = InputProblem(graph, kStates);
  const std::vector<int> samples = {1, 2, 4, 16};
  autodiff::Tensors losses;
  for (const int k : samples) {
    losses.push_back(ClosedFormLoss(
        problem, {.rollout_steps = 1, .bootstrap_steps = 0}, 1.0 / k));
  }
  autodiff::Program<double> program(graph, losses);

  std::vector<int> cases(samples.size());
  int counterexamples = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    const Eigen::VectorXd y = drawn.transitions * drawn.value;
    Write(drawn.transitions, program.Input(problem.transitions));
    Write(drawn.value, program.Input(problem.value));
    const auto losses_of = [&](const Eigen::MatrixXd& model) {
      Write(model, program.Input(problem.model));
      program.Run();
      Eigen::MatrixXd of(kStates, samples.size());
      for (size_t j = 0; j < samples.size(); ++j) {
        of.col(j) = Eigen::Map<const Eigen::VectorXd>(
            program.Output(losses[j]).data(), kStates);
      }
      return of;
    };
    Eigen::MatrixXd matching(kStates, kStates);
    for (int s = 0; s < kStates; ++s) {
      matching.row(s) = WithLeastVariance(drawn.value, y[s]).transpose();
    }
    const Eigen::MatrixXd of_points = losses_of(NearestStates(drawn.value, y));
    const Eigen::MatrixXd of_matching = losses_of(matching);
    for (int s = 0; s < kStates; ++s) {
      const double distance = (drawn.value.array() - y[s]).abs().minCoeff();
      const double least_variance = LeastVariance(
          {drawn.value.data(), static_cast<size_t>(kStates)}, y[s]);
      for (size_t j = 0; j < samples.size(); ++j) {
        // Beyond rounding.
        if (distance * distance + 1e-9 > least_variance / samples[j]) continue;
        ++cases[j];
        if (!(of_points(s, j) < of_matching(s, j))) ++counterexamples;
      }
    }
  }
  Claim claim{.name = "Lemma 2",
              .statement =
                  "If some state x has (V(x) - E_p V)^2 < Var/k for the least "
                  "variance of models with the right mean, none of them "
                  "minimises G_k."};
  for (size_t j = 0; j < samples.size(); ++j) {
    Measurement share = {
        .quantity =
            absl::StrCat("share of states with such an x, k = ", samples[j]),
        .value = static_cast<double>(cases[j]) / search.problems / kStates};
    if (samples[j] == 1) share.low = 0.5;  // or there was little to see
    claim.measurements.push_back(share);
  }
  claim.measurements.push_back(None(
      "of them the model of the right mean costs no more", counterexamples));
  return claim;
}

}  // namespace experiments
