#include <algorithm>
#include <cmath>
#include <cstdint>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/random_problem.h"
#include "experiments/calibration/two_point.h"
#include "losses/finite_vaml.h"
#include "losses/monte_carlo.h"
#include "losses/vaml.h"

namespace experiments {
namespace {

using autodiff::Tensor;

constexpr int64_t kSamples[] = {2, 4, 16};

// How many standard errors the mean of sampled losses is away from `expected`.
// A row of the drawn model gives the samples; y is fixed.
double StandardErrorsAway(const RandomProblem& drawn, double y, Loss loss,
                          int64_t k, double expected, uint64_t seed) {
  constexpr int64_t kRows = 1 << 12;
  constexpr int kRuns = 40;
  autodiff::Graph graph;
  const auto n = static_cast<int64_t>(drawn.value.size());
  const auto constant = [&](const Eigen::VectorXd& vector) {
    return graph.Constant({vector.begin(), vector.end()}, {n});
  };
  const Tensor random_state = autodiff::RandomState(graph, "random");
  const Tensor rows =
      BroadcastTo(constant(drawn.model.row(0).transpose()), {kRows, n});
  const Tensor states = Categorical(rows, Uniform(random_state, {kRows, k}));
  const Tensor values = Gather(constant(drawn.value), states);
  const Tensor losses =
      loss == Loss::kSample
          ? losses::Vaml(values, graph.Constant({y}, {kRows}))
          : losses::CalibratedVaml(values, graph.Constant({y}, {kRows}),
                                   losses::ModelKind::kStochastic);
  const losses::Estimate estimate =
      losses::PooledMonteCarlo(losses, random_state, kRuns, seed);
  return std::abs(estimate.mean - expected) / estimate.standard_error;
}

// Over random problems and k = 2, 3: the largest deviation of the expected
// corrected loss from (E_p̂ V − E_P V)² + Var_P[V].
double LargestError(const Search& search) {
  constexpr int kStates = 4;
  autodiff::Graph graph;
  const FiniteProblem problem = InputProblem(graph, kStates);
  const losses::VamlSteps iter_vaml = {.rollout_steps = 1,
                                       .bootstrap_steps = 0};
  const Tensor two = ExpectedLoss(problem, iter_vaml, Loss::kCorrected, 2);
  const Tensor three = ExpectedLoss(problem, iter_vaml, Loss::kCorrected, 3);
  autodiff::Program<double> program(graph, {two, three});
  double largest = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    Write(drawn.transitions, program.Input(problem.transitions));
    Write(drawn.model, program.Input(problem.model));
    Write(drawn.value, program.Input(problem.value));
    program.Run();
    const Eigen::ArrayXd y = (drawn.transitions * drawn.value).array();
    const Eigen::ArrayXd expected =
        ((drawn.model * drawn.value).array() - y).square() +
        (drawn.transitions * drawn.value.cwiseAbs2()).array() - y.square();
    for (const Tensor& loss : {two, three}) {
      const Eigen::Map<const Eigen::ArrayXd> found(program.Output(loss).data(),
                                                   kStates);
      largest = std::max(largest, (found - expected).abs().maxCoeff());
    }
  }
  return largest;
}

}  // namespace

// For a fixed y, from samples and with an interval; then in expectation over y
// as well, exactly; then at the minimum.
Claim Proposition3(const Search& search) {
  Claim claim{.name = "Proposition 3",
              .statement =
                  "The corrected loss is (E_p^ V - y)^2 in expectation, and so "
                  "its minimum has the right mean of V."};
  constexpr int kStates = 4;
  const RandomProblem drawn = DrawProblem(search.seed, 0, kStates);
  const Eigen::VectorXd row = drawn.model.row(0).transpose();
  const double mean = row.dot(drawn.value);
  const double variance = row.dot(drawn.value.cwiseAbs2()) - mean * mean;
  for (const int64_t k : kSamples) {
    const double bias = variance / static_cast<double>(k);
    const double y = mean - std::sqrt(bias) / 2;
    const double calibrated = bias / 4;  // (E_p̂ V − y)²
    const auto away = [&](Loss loss, double expected) {
      return StandardErrorsAway(drawn, y, loss, k, expected, search.seed);
    };
    claim.measurements.push_back(
        AtMost(absl::StrCat("k = ", k,
                            ": standard errors from corrected to (E V - y)^2"),
               away(Loss::kCorrected, calibrated), 4));
    claim.measurements.push_back(AtMost(
        absl::StrCat("k = ", k, ": from sample loss to the same + Var/k"),
        away(Loss::kSample, calibrated + bias), 4));
    claim.measurements.push_back(
        AtLeast(absl::StrCat("k = ", k, ": from sample loss to (E V - y)^2"),
                away(Loss::kSample, calibrated), 20));
  }
  claim.measurements.push_back(
      AtMost("any problems: largest |expected loss - closed form|",
             LargestError(search), 1e-11));
  for (const int64_t k : kSamples) {
    TwoPointSearch two_points(Loss::kCorrected, k);
    claim.measurements.push_back(
        AtMost(absl::StrCat("(E_p^ V - E_P V)^2 at the minimum, k = ", k),
               two_points.Find({}, search.seed).excess.value, 1e-12));
  }
  return claim;
}

}  // namespace experiments
