#include "losses/byol.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "losses/test_tensors.h"

namespace losses {
namespace {

using autodiff::CheckGradients;
using autodiff::GradientReport;
using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

TEST(Byol, IsTheSquaredDistanceMeanOverDimensions) {
  Graph graph;
  const Tensor prediction = graph.Constant({1, 2, 0, 0}, {2, 2});
  const Tensor target = graph.Constant({3, 1, 0, 4}, {2, 2});
  EXPECT_EQ(Evaluate(Byol(prediction, target)), (std::vector<double>{2.5, 8}));
}

TEST(Byol, HasTheGradientOfThePredictionAlone) {
  const GradientReport report =
      CheckGradients([](const Tensors& x) { return Byol(x[0], x[1]); },
                     {DrawValues({3, 4}, 1), DrawValues({3, 4}, 2)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_EQ(report.without_gradient, std::vector<std::string>{"input 1"});
}

TEST(ByolCrossEntropy, IsTheSumOverGroupsOverTheDimensions) {
  constexpr int kGroup = 3;
  Graph graph;
  const Tensor logits = DrawConstant(graph, {2, 6}, 3);
  const Tensor target = GroupSoftmax(DrawConstant(graph, {2, 6}, 4), kGroup);
  const Tensor loss = ByolCrossEntropy(logits, target, kGroup);
  ASSERT_EQ(loss.shape(), autodiff::Shape{2});
  const std::vector<double> x = Evaluate(logits), t = Evaluate(target),
                            actual = Evaluate(loss);
  for (int row = 0; row < 2; ++row) {
    double expected = 0;
    for (int first = row * 6; first < row * 6 + 6; first += kGroup) {
      double total = 0;
      for (int i = first; i < first + kGroup; ++i) total += std::exp(x[i]);
      for (int i = first; i < first + kGroup; ++i) {
        const double smooth = 0.9999 * t[i] + 0.0001 / kGroup;
        expected -= smooth * std::log(std::exp(x[i]) / total) / 6;
      }
    }
    EXPECT_NEAR(actual[row], expected, 1e-13);
  }
}

TEST(ByolCrossEntropy, HasTheGradientOfTheLogitsAlone) {
  const GradientReport report = CheckGradients(
      [](const Tensors& x) { return ByolCrossEntropy(x[0], x[1], 3); },
      {DrawValues({2, 6}, 5), DrawValues({2, 6}, 6, 0, 1)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_EQ(report.without_gradient, std::vector<std::string>{"input 1"});
}

// Cross-entropy is least where the prediction is the smoothed target: its
// gradient vanishes there and nowhere near.
TEST(ByolCrossEntropy, IsLeastAtTheSmoothedTarget) {
  Graph graph;
  const Tensor target = graph.Constant({0.7, 0.2, 0.1, 0, 1, 0}, {1, 6});
  const Tensor best = Log(0.9999 * target + 0.0001 / 3);
  const Tensor other = best + DrawConstant(graph, {1, 6}, 7, -0.1, 0.1);
  const Tensor least = ByolCrossEntropy(best, target, 3);
  const Tensor near = ByolCrossEntropy(other, target, 3);
  EXPECT_LT(Evaluate(least)[0], Evaluate(near)[0]);
  for (const double x : Evaluate(Gradients(Sum(least), {best})[0])) {
    EXPECT_NEAR(x, 0, 1e-15);
  }
  double largest = 0;
  for (const double x : Evaluate(Gradients(Sum(near), {other})[0])) {
    largest = std::max(largest, std::abs(x));
  }
  EXPECT_GT(largest, 1e-3);
}

}  // namespace
}  // namespace losses
