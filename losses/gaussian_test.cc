#include "losses/gaussian.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/random.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "losses/monte_carlo.h"
#include "losses/test_tensors.h"

namespace losses {
namespace {

using autodiff::CheckGradients;
using autodiff::GradientReport;
using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

// −log of the density, written as the density.
double NegativeLogDensity(double x, double mean, double std) {
  const double z = (x - mean) / std;
  return -std::log(std::exp(-z * z / 2) /
                   (std * std::sqrt(2 * std::numbers::pi)));
}

TEST(GaussianNll, IsTheMeanOverDimensionsOfTheLogDensity) {
  Graph graph;
  const Tensor x = DrawConstant(graph, {3, 4}, 1);
  const Tensor mean = DrawConstant(graph, {3, 4}, 2);
  const Tensor log_std = DrawConstant(graph, {3, 4}, 3, -1.5, 1);
  const Tensor loss = GaussianNll(x, mean, log_std);
  ASSERT_EQ(loss.shape(), autodiff::Shape{3});
  const std::vector<double> actual = Evaluate(loss), at = Evaluate(x),
                            centre = Evaluate(mean), u = Evaluate(log_std);
  for (int row = 0; row < 3; ++row) {
    double expected = 0;
    for (int i = row * 4; i < row * 4 + 4; ++i) {
      expected += NegativeLogDensity(at[i], centre[i], std::exp(u[i])) / 4;
    }
    EXPECT_NEAR(actual[row], expected, 1e-12);
  }
}

TEST(GaussianNll, BroadcastsOneTargetOverSamples) {
  Graph graph;
  const Tensor x = DrawConstant(graph, {3, 4}, 1);
  const Tensor mean = DrawConstant(graph, {2, 3, 4}, 2);
  const Tensor log_std = DrawConstant(graph, {2, 3, 4}, 3);
  const std::vector<double> both = Evaluate(GaussianNll(x, mean, log_std));
  const auto half = [&](const Tensor& t) {
    return Reshape(Slice(t, 0, 1, 2), {3, 4});
  };
  const std::vector<double> second =
      Evaluate(GaussianNll(x, half(mean), half(log_std)));
  ASSERT_EQ(both.size(), 6);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(both[3 + i], second[i], 1e-15);
}

TEST(GaussianNll, HasTheGradientOfItsFormula) {
  const GradientReport report = CheckGradients(
      [](const Tensors& x) { return GaussianNll(x[0], x[1], x[2]); },
      {DrawValues({3, 4}, 4), DrawValues({3, 4}, 5),
       DrawValues({3, 4}, 6, -1, 1)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_TRUE(report.without_gradient.empty());
}

// Where the target is the mean and σ = 1, only ½ log 2π per dimension is left;
// the best σ for a deviation d is |d|.
TEST(GaussianNll, IsLeastWhereSigmaIsTheDeviation) {
  Graph graph;
  EXPECT_NEAR(Evaluate(GaussianNll(graph.Constant({2.5}, {1}),
                                   graph.Constant({2.5}, {1}),
                                   graph.Constant({0}, {1})))[0],
              0.9189385332046727, 1e-15);
  const auto at = [&](double log_std) {
    return Evaluate(GaussianNll(graph.Constant({1}, {1}),
                                graph.Constant({1.2}, {1}),
                                graph.Constant({log_std}, {1})))[0];
  };
  const double best = at(std::log(0.2));
  EXPECT_GT(at(std::log(0.19)), best);
  EXPECT_GT(at(std::log(0.21)), best);
}

TEST(GaussianEntropy, IsTheClosedForm) {
  Graph graph;
  const Tensor log_std = graph.Constant({0, -1, 0.5, 0, 0, 0}, {2, 3});
  const Tensor entropy = GaussianEntropy(log_std);
  ASSERT_EQ(entropy.shape(), autodiff::Shape{2});
  // Of one standard normal: 1.4189385… nats.
  EXPECT_NEAR(Evaluate(entropy)[0], 3 * 1.4189385332046727 - 0.5, 1e-14);
  EXPECT_NEAR(Evaluate(entropy)[1], 3 * 1.4189385332046727, 1e-14);
}

// H = −E log p(x) for x ~ p: the likelihood is a mean over dimensions, the
// entropy a sum.
TEST(GaussianEntropy, IsTheExpectedNllOfSamples) {
  Graph graph;
  const Tensor random = autodiff::RandomState(graph, "random");
  const Tensor mean = DrawConstant(graph, {4}, 7);
  const Tensor log_std = DrawConstant(graph, {4}, 8, -3, 0.5);
  const double entropy = Evaluate(GaussianEntropy(log_std))[0];
  const Tensor x = mean + Exp(log_std) * Normal(random, {1000, 4});
  const Estimate estimate =
      PooledMonteCarlo(4 * GaussianNll(x, mean, log_std), random, 100);
  EXPECT_TRUE(estimate.Contains(entropy))
      << estimate.mean << " ± " << estimate.half_width() << " against "
      << entropy;
  EXPECT_LT(estimate.half_width(), 0.02);
}

TEST(GaussianEntropy, HasTheGradientOfItsFormula) {
  const GradientReport report =
      CheckGradients([](const Tensors& x) { return GaussianEntropy(x[0]); },
                     {DrawValues({3, 4}, 9)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

}  // namespace
}  // namespace losses
