// The mean gradient of the sampled losses is the gradient of the exact ones:
// element by element within a confidence interval, and nothing else is.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/random.h"
#include "experiments/finite/objective.h"
#include "experiments/finite/small_objective.h"
#include "gtest/gtest.h"
#include "losses/monte_carlo.h"
#include "losses/small_problem.h"
#include "losses/test_tensors.h"

namespace experiments {
namespace {

using autodiff::Graph;
using autodiff::Tensor;
using losses::Estimate;

constexpr int64_t kModelSamples = 2;
constexpr int kRuns = 20000;

// The exact gradient with respect to the model's logits and V.
std::vector<double> ExactGradient(const ObjectiveConfig& config,
                                  double variance_weight) {
  Graph graph;
  const losses::SmallProblem problem(graph);
  const Tensor loss =
      ExactObjective(config, WithModel(problem, problem.logits, problem.value),
                     variance_weight);
  std::vector<double> gradient;
  for (const Tensor& part : Gradients(loss, {problem.logits, problem.value})) {
    for (const double x : losses::Evaluate(part)) gradient.push_back(x);
  }
  return gradient;
}

// Largest distance between means and `gradient`, in half widths, over the
// elements that are random.
double DistanceTo(const std::vector<double>& gradient,
                  const std::vector<Estimate>& estimates) {
  double distance = 0;
  for (size_t i = 0; i < gradient.size(); ++i) {
    if (estimates[i].standard_error < 1e-9) continue;
    distance = std::max(distance, std::abs(estimates[i].mean - gradient[i]) /
                                      estimates[i].half_width());
  }
  return distance;
}

class SampledObjectives : public testing::TestWithParam<ObjectiveConfig> {};

TEST_P(SampledObjectives, MeanGradientIsTheExactGradient) {
  Graph graph;
  const losses::SmallProblem problem(graph);
  const Tensor random_state = autodiff::RandomState(graph, "random");
  const Tensor loss = SampledObjective(
      GetParam(), WithModel(problem, problem.logits, problem.value),
      random_state, kModelSamples);
  const std::vector<Estimate> estimates = losses::MonteCarlo(
      Gradients(loss, {problem.logits, problem.value}), random_state, kRuns);
  const std::vector<double> exact =
      ExactGradient(GetParam(), 1.0 / kModelSamples);
  ASSERT_EQ(estimates.size(), exact.size());
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(estimates[i].mean, exact[i], estimates[i].half_width()) << i;
  }
  RecordProperty("distance", absl::StrCat(DistanceTo(exact, estimates)));

  // The test's power: it would see the gradient of every other objective.
  double nearest = 1e9;
  for (const ObjectiveConfig& other : AllObjectives()) {
    const std::vector<double> gradient =
        ExactGradient(other, 1.0 / kModelSamples);
    if (gradient == exact) continue;
    nearest = std::min(nearest, DistanceTo(gradient, estimates));
  }
  EXPECT_GT(nearest, 5);
  RecordProperty("nearest", absl::StrCat(nearest));
}

INSTANTIATE_TEST_SUITE_P(All, SampledObjectives,
                         testing::ValuesIn(AllObjectives()),
                         [](const auto& test) { return NameOf(test.param); });

}  // namespace
}  // namespace experiments
