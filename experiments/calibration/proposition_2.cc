#include <algorithm>
#include <cmath>
#include <cstdint>
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
#include "experiments/calibration/minimizer.h"
#include "experiments/calibration/model_classes.h"
#include "experiments/calibration/random_problem.h"
#include "experiments/calibration/three_states.h"
#include "experiments/calibration/two_point.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

constexpr losses::VamlSteps kIterVaml = {.rollout_steps = 1,
                                         .bootstrap_steps = 0};

// Over random problems and k = 1, 2, 3: the largest deviation of the expected
// sample loss from (E_p̂ V − E_P V)² + Var_P[V] + Var_p̂[V]/k.
double LargestBiasError(const Search& search) {
  constexpr int kStates = 4;
  autodiff::Graph graph;
  const FiniteProblem problem = InputProblem(graph, kStates);
  autodiff::Tensors losses;
  for (int k = 1; k <= 3; ++k) {
    losses.push_back(ExpectedLoss(problem, kIterVaml, Loss::kSample, k));
  }
  autodiff::Program<double> program(graph, losses);
  double largest = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    Write(drawn.transitions, program.Input(problem.transitions));
    Write(drawn.model, program.Input(problem.model));
    Write(drawn.value, program.Input(problem.value));
    program.Run();
    const auto variance = [&](const Eigen::MatrixXd& kernel) {
      const Eigen::ArrayXd mean = (kernel * drawn.value).array();
      return Eigen::ArrayXd((kernel * drawn.value.cwiseAbs2()).array() -
                            mean.square());
    };
    const Eigen::ArrayXd error =
        ((drawn.model - drawn.transitions) * drawn.value).array();
    for (int k = 1; k <= 3; ++k) {
      const Eigen::ArrayXd expected = error.square() +
                                      variance(drawn.transitions) +
                                      variance(drawn.model) / k;
      const Eigen::Map<const Eigen::ArrayXd> loss(
          program.Output(losses[k - 1]).data(), kStates);
      largest = std::max(largest, (loss - expected).abs().maxCoeff());
    }
  }
  return largest;
}

// Over random pairs of values and k: the largest deviation of the excess found
// from the closed form.
double LargestExcessError(const Search& search) {
  const std::vector<int64_t> samples = {2, 3, 8};
  double largest = 0;
  for (const int64_t k : samples) {
    TwoPointSearch two_points(Loss::kSample, k);
    for (int i = 0; search.Tries(i); ++i) {
      const RandomProblem drawn = DrawProblem(search.seed, i, 2);
      const TwoPoints points{.a = drawn.value.minCoeff(),
                             .b = drawn.value.maxCoeff(),
                             .chance = drawn.model(0, 0)};
      const double found =
          two_points.Find(points, static_cast<uint64_t>(i)).excess.value;
      largest = std::max(
          largest,
          std::abs(found - TwoPointExcess(points.a, points.b, points.y(), k)));
    }
  }
  return largest;
}

// The excess where the class also holds the point mass at E_P V, as a
// deterministic model would be: `middle` of three_states.h.
double ExcessWithPointMass(int64_t k, uint64_t seed) {
  constexpr int kStates = ThreeStates::kStates;
  const ThreeStates states;
  autodiff::Graph graph;
  const auto matrix = [&](const std::vector<double>& elements) {
    return graph.Constant(elements, {kStates, kStates});
  };
  const autodiff::Tensor value = graph.Constant(states.values(), {kStates});
  const autodiff::Tensor amplitudes = graph.Input("amplitudes", {kStates});
  const FiniteProblem problem = {
      .transitions = matrix(states.stochastic_transitions()),
      .reward = graph.Constant(states.rewards(), {kStates}),
      .target_value = value,
      .model = BroadcastTo(StochasticModel(amplitudes, 1, kStates, kStates),
                           {kStates, kStates}),
      .value = value,
      .discount = states.discount};
  const autodiff::Tensor mean =
      losses::ValueMoments(problem.model, value, 1).mean;
  Minimizer minimizer(Mean(ExpectedLoss(problem, kIterVaml, Loss::kSample, k)) +
                          RowLengths(amplitudes, 1),
                      amplitudes, {Mean(Square(mean - states.middle()))});
  return minimizer.Find(seed).worst[0].value;
}

}  // namespace

// The class of models over two values holds the environment itself, whose
// target loss is zero; the sample loss prefers one nearer to the end point.
Claim Proposition2(const Search& search) {
  Claim claim{.name = "Proposition 2",
              .statement =
                  "The sample loss costs exactly Var/k too much, and so its "
                  "minimum has less variance and a wrong mean of V; the excess "
                  "falls as 1/k^2."};
  const TwoPoints points;
  for (const int64_t k : {1, 2, 4, 16}) {
    TwoPointSearch two_points(Loss::kSample, k);
    const TwoPointSearch::Result result = two_points.Find(points, search.seed);
    const double expected =
        TwoPointExcess(points.a, points.b, points.y(), static_cast<double>(k));
    claim.measurements.push_back(
        Near(absl::StrCat("(E_p^ V - E_P V)^2 at the minimum, k = ", k),
             result.excess.value, expected, 1e-12));
    claim.measurements.push_back(
        AtMost(absl::StrCat("Var_p^[V] there less Var_P[V], k = ", k),
               result.variance - points.variance(), -1e-4));
  }
  double largest = 0, last = 0, before = 0;  // excess of the last two k
  for (int64_t k = 32; k <= 1024; k *= 2) {
    before = last;
    last = TwoPointSearch(k).Find(points, search.seed).excess.value;
    const double expected =
        TwoPointExcess(points.a, points.b, points.y(), static_cast<double>(k));
    largest = std::max(largest, std::abs(last / expected - 1));
  }
  claim.measurements.push_back(AtMost(
      "k = 32 to 1024: largest |excess / closed form - 1|", largest, 1e-6));
  claim.measurements.push_back(
      Near("excess of 512 samples / of 1024", before / last, 4, 0.02));
  claim.measurements.push_back(
      AtMost("class with the point mass at E_P V: excess, k = 2",
             ExcessWithPointMass(2, search.seed), 1e-12));
  claim.measurements.push_back(
      AtMost("any problems: largest |expected loss - closed form|",
             LargestBiasError(search), 1e-11));
  claim.measurements.push_back(
      AtMost("any two values: largest |excess - closed form|",
             LargestExcessError(search), 1e-8));
  return claim;
}

}  // namespace experiments
