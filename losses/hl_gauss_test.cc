#include "losses/hl_gauss.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
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

// ∫ N(x; y, σ²) dx over [low, high] by Simpson's rule.
double GaussianMass(double low, double high, double y, double sigma) {
  low = std::max(low, y - 12 * sigma);
  high = std::min(high, y + 12 * sigma);
  if (low >= high) return 0;
  constexpr int kIntervals = 2000;
  const double h = (high - low) / kIntervals;
  double sum = 0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double z = (low + i * h - y) / sigma;
    const double weight = i == 0 || i == kIntervals ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * std::exp(-z * z / 2);
  }
  return sum * h / 3 / (sigma * std::sqrt(2 * std::numbers::pi));
}

// The definition: the clipped target's mass in each bin over that in all.
std::vector<double> Histogram(double target, const HlGaussConfig& config) {
  const double y = std::clamp(target, config.lowest, config.highest);
  const double h = config.bin_width();
  std::vector<double> mass;
  double total = 0;
  for (int64_t i = 0; i < config.bins; ++i) {
    const double centre = config.lowest + static_cast<double>(i) * h;
    mass.push_back(
        GaussianMass(centre - h / 2, centre + h / 2, y, config.sigma * h));
    total += mass.back();
  }
  for (double& x : mass) x /= total;
  return mass;
}

struct Case {
  HlGaussConfig config;
  std::vector<double> targets;
};

// Inside, on centres and edges, at and beyond the limits; σ from a small part
// of a bin to many times the range.
std::vector<Case> Cases() {
  std::vector<double> targets;
  for (double y = -297.3; y < 300; y += 28.1) targets.push_back(y);
  for (const double y :
       {0.0, 2.0, 4.0, 1.0, -300.0, 300.0, 299.9, -301.0, 305.0, 1e4, -1e9}) {
    targets.push_back(y);
  }
  std::vector<Case> cases;
  for (const double sigma : {0.02, 0.3, 0.75, 5.0, 3e3}) {
    cases.push_back({{.sigma = sigma}, targets});
  }
  cases.push_back({{.bins = 2, .lowest = -1, .highest = 3, .sigma = 0.75},
                   {-1, -3, 0.9, 1, 3, 4}});
  return cases;
}

template <typename T>
std::vector<double> Run(const Tensor& tensor) {
  autodiff::Program<T> program(tensor.graph(), {tensor});
  program.Run();
  const absl::Span<const T> output = program.Output(tensor);
  return {output.begin(), output.end()};
}

std::vector<double> Recorded(const Case& c, bool in_float) {
  Graph graph;
  const Tensor histograms = HlGauss(
      graph.Constant(c.targets, {static_cast<int64_t>(c.targets.size())}),
      c.config);
  return in_float ? Run<float>(histograms) : Run<double>(histograms);
}

TEST(HlGauss, IsTheGaussiansMassInEachBin) {
  for (const Case& c : Cases()) {
    const std::vector<double> actual = Recorded(c, false);
    const std::vector<double> in_float = Recorded(c, true);
    size_t at = 0;
    for (const double target : c.targets) {
      for (const double expected : Histogram(target, c.config)) {
        ASSERT_NEAR(actual[at], expected, 2e-11)
            << "target " << target << ", sigma " << c.config.sigma;
        // Of a cdf that goes from −1 to 1, and of targets near 300.
        ASSERT_NEAR(in_float[at], expected, 1e-4 / std::min(1., c.config.sigma))
            << "target " << target << ", sigma " << c.config.sigma;
        ++at;
      }
    }
    ASSERT_EQ(at, actual.size());
  }
}

TEST(HlGauss, IsADistributionInEitherPrecision) {
  for (const Case& c : Cases()) {
    for (const bool in_float : {false, true}) {
      const std::vector<double> mass = Recorded(c, in_float);
      for (size_t i = 0; i < c.targets.size(); ++i) {
        double total = 0;
        for (int64_t j = 0; j < c.config.bins; ++j) {
          const double x = mass[i * c.config.bins + j];
          // An empty bin is the difference of two roundings of ±1.
          ASSERT_GE(x, in_float ? -3e-7 : 0) << c.targets[i];
          total += x;
        }
        EXPECT_NEAR(total, 1, in_float ? 1e-5 : 1e-13)
            << "target " << c.targets[i] << ", sigma " << c.config.sigma;
      }
    }
  }
}

TEST(HlGauss, ConstantIsTheSameHistogram) {
  for (const Case& c : Cases()) {
    const std::vector<double> recorded = Recorded(c, false);
    for (size_t i = 0; i < c.targets.size(); ++i) {
      Graph graph;
      const std::vector<double> constant =
          Evaluate(HlGaussConstant(graph, c.targets[i], c.config));
      ASSERT_EQ(static_cast<int64_t>(constant.size()), c.config.bins);
      for (int64_t j = 0; j < c.config.bins; ++j) {
        ASSERT_NEAR(constant[j], recorded[i * c.config.bins + j], 1e-12);
      }
    }
  }
}

TEST(HlGauss, ClipsInfinity) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Case c{{.bins = 11}, {kInfinity, 300, -kInfinity, -300}};
  const std::vector<double> mass = Recorded(c, true);
  for (int i = 0; i < 11; ++i) {
    EXPECT_EQ(mass[i], mass[11 + i]);
    EXPECT_EQ(mass[22 + i], mass[33 + i]);
  }
}

// Logits that are log masses give the histogram back.
std::vector<double> ValuesOfHistograms(const std::vector<double>& targets,
                                       const HlGaussConfig& config) {
  Graph graph;
  const Tensor mass = HlGauss(
      graph.Constant(targets, {static_cast<int64_t>(targets.size())}), config);
  return Evaluate(HlGaussValue(Log(mass + 1e-300), config));
}

TEST(HlGaussValue, ReturnsTheTargetInTheRange) {
  const HlGaussConfig config;
  std::vector<double> targets;
  for (double y = -280; y <= 280; y += 7.7) targets.push_back(y);
  const std::vector<double> values = ValuesOfHistograms(targets, config);
  for (size_t i = 0; i < targets.size(); ++i) {
    EXPECT_NEAR(values[i], targets[i], 0.01) << "a bin is 4 wide";
  }
}

// There half of the Gaussian lies outside: the value is drawn inward, by less
// than a bin.
TEST(HlGaussValue, OfClippedTargetsIsNearTheLimit) {
  const HlGaussConfig config;
  const std::vector<double> values =
      ValuesOfHistograms({300, 1e6, -300, -1e6}, config);
  EXPECT_LT(values[0], 300);
  EXPECT_GT(values[0], 300 - config.bin_width());
  EXPECT_EQ(values[0], values[1]);
  EXPECT_NEAR(values[2], -values[0], 1e-9);
  EXPECT_EQ(values[2], values[3]);
}

TEST(HlGaussValue, IsTheExpectedCentre) {
  const HlGaussConfig config{.bins = 5, .lowest = -2, .highest = 6};
  Graph graph;
  const Tensor logits = DrawConstant(graph, {3, 5}, 1);
  const std::vector<double> x = Evaluate(logits);
  const std::vector<double> values = Evaluate(HlGaussValue(logits, config));
  ASSERT_EQ(values.size(), 3);
  for (int row = 0; row < 3; ++row) {
    double total = 0, sum = 0;
    for (int i = 0; i < 5; ++i) {
      total += std::exp(x[row * 5 + i]);
      sum += std::exp(x[row * 5 + i]) * (-2 + 2 * i);
    }
    EXPECT_NEAR(values[row], sum / total, 1e-14);
  }
}

TEST(HlGaussLoss, IsTheCrossEntropyMeanOverBins) {
  const HlGaussConfig config{.bins = 7, .lowest = -3, .highest = 3};
  const std::vector<double> targets = {-5, -3, 0.2, 1.5, 2.9, 3.4};
  Graph graph;
  const Tensor logits = DrawConstant(graph, {2, 3, 7}, 2);
  const Tensor loss =
      HlGaussLoss(logits, graph.Constant(targets, {2, 3}), config);
  EXPECT_EQ(loss.shape(), autodiff::Shape({2, 3}));
  const std::vector<double> x = Evaluate(logits), actual = Evaluate(loss);
  for (size_t row = 0; row < targets.size(); ++row) {
    const std::vector<double> mass = Histogram(targets[row], config);
    double total = 0;
    for (int i = 0; i < 7; ++i) total += std::exp(x[row * 7 + i]);
    double expected = 0;
    for (int i = 0; i < 7; ++i) {
      expected -= mass[i] * (x[row * 7 + i] - std::log(total)) / 7;
    }
    EXPECT_NEAR(actual[row], expected, 1e-11);
  }
}

TEST(HlGaussLoss, HasTheGradientOfTheLogitsAlone) {
  const HlGaussConfig config{.bins = 7, .lowest = -3, .highest = 3};
  const GradientReport report = CheckGradients(
      [&](const Tensors& x) { return HlGaussLoss(x[0], x[1], config); },
      {DrawValues({2, 3, 7}, 3), DrawValues({2, 3}, 4)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_EQ(report.without_gradient, std::vector<std::string>{"input 1"});
}

TEST(HlGaussValue, HasTheGradientOfItsFormula) {
  const HlGaussConfig config{.bins = 7, .lowest = -3, .highest = 3};
  const GradientReport report = CheckGradients(
      [&](const Tensors& x) { return HlGaussValue(x[0], config); },
      {DrawValues({2, 3, 7}, 5)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

}  // namespace
}  // namespace losses
