#include "experiments/calibration/curve.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/closed_forms.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/random_problem.h"
#include "experiments/calibration/two_point.h"
#include "experiments/run_table.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

constexpr int64_t kMostEnumerated = 16;
constexpr int64_t kMost = 1024;

// E[L] − Var_P[V] where the model is the environment.
double Bias(const TwoPoints& points, int64_t k) {
  constexpr int kStates = 2;
  constexpr losses::VamlSteps kIterVaml = {.rollout_steps = 1,
                                           .bootstrap_steps = 0};
  autodiff::Graph graph;
  FiniteProblem problem = InputProblem(graph, kStates);
  problem.model = problem.transitions;
  const autodiff::Tensor loss = Mean(
      k <= kMostEnumerated
          ? ExpectedLoss(problem, kIterVaml, Loss::kSample, k)
          : ClosedFormLoss(problem, kIterVaml, 1.0 / static_cast<double>(k)));
  autodiff::Program<double> program(graph, {loss});
  const Eigen::RowVector2d row(1 - points.chance, points.chance);
  Write(row.replicate(kStates, 1), program.Input(problem.transitions));
  Write(Eigen::Vector2d(points.a, points.b), program.Input(problem.value));
  program.Run();
  return program.Output(loss)[0] - points.variance();
}

}  // namespace

std::vector<CurvePoint> ComputeCurve(uint64_t seed) {
  const TwoPoints points;
  std::vector<CurvePoint> curve;
  for (int64_t k = 1; k <= kMost; k *= 2) {
    const TwoPointSearch::Result found =
        (k <= kMostEnumerated ? TwoPointSearch(Loss::kSample, k)
                              : TwoPointSearch(k))
            .Find(points, seed);
    TwoPointSearch::Result corrected{.mean = std::nan(""),
                                     .variance = std::nan("")};
    if (k > 1 && k <= kMostEnumerated) {
      corrected = TwoPointSearch(Loss::kCorrected, k).Find(points, seed);
    }
    const auto samples = static_cast<double>(k);
    curve.push_back({.samples = k,
                     .bias = Bias(points, k),
                     .bias_in_theory = points.variance() / samples,
                     .excess = found.excess.value,
                     .excess_in_theory = TwoPointExcess(points.a, points.b,
                                                        points.y(), samples),
                     .mean = found.mean,
                     .variance = found.variance,
                     .corrected_mean = corrected.mean,
                     .corrected_variance = corrected.variance});
  }
  return curve;
}

std::string CurveCsv(const std::vector<CurvePoint>& curve) {
  std::string csv =
      "samples,bias,bias_in_theory,excess,excess_in_theory,mean,variance,"
      "corrected_mean,corrected_variance\n";
  for (const CurvePoint& point : curve) {
    const std::vector<std::string> cells = {
        absl::StrCat(point.samples),         NumberText(point.bias),
        NumberText(point.bias_in_theory),    NumberText(point.excess),
        NumberText(point.excess_in_theory),  NumberText(point.mean),
        NumberText(point.variance),          NumberText(point.corrected_mean),
        NumberText(point.corrected_variance)};
    absl::StrAppend(&csv, absl::StrJoin(cells, ","), "\n");
  }
  return csv;
}

}  // namespace experiments
