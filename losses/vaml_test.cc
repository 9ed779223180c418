#include "losses/vaml.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "autodiff/gradients.h"
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

TEST(Vaml, IsTheSquaredErrorOfTheMean) {
  Graph graph;
  const Tensor values = graph.Constant({1, 2, 6, -1, 0, 1}, {2, 3});
  const Tensor target = graph.Constant({1, 2}, {2});
  EXPECT_EQ(Evaluate(Vaml(values, target)), (std::vector<double>{4, 4}));
}

TEST(SampleVariance, DividesByKMinusOne) {
  Graph graph;
  const Tensor values = graph.Constant({1, 2, 6, -1, 0, 1}, {2, 3});
  EXPECT_EQ(Evaluate(SampleVariance(values)), (std::vector<double>{7, 1}));
}

TEST(CalibratedVaml, SubtractsTheSampleVarianceOverK) {
  Graph graph;
  const Tensor values = graph.Constant({1, 2, 6, -1, 0, 1}, {2, 3});
  const Tensor target = graph.Constant({1, 2}, {2});
  const std::vector<double> loss =
      Evaluate(CalibratedVaml(values, target, ModelKind::kStochastic));
  EXPECT_DOUBLE_EQ(loss[0], 4 - 7.0 / 3);
  EXPECT_DOUBLE_EQ(loss[1], 4 - 1.0 / 3);
}

TEST(CalibratedVaml, IsNotClippedAtZero) {
  Graph graph;
  const Tensor values = graph.Constant({-1, 1}, {1, 2});
  const Tensor target = graph.Constant({0}, {1});
  EXPECT_EQ(Evaluate(CalibratedVaml(values, target, ModelKind::kStochastic)),
            std::vector<double>{-1});
}

// A clipped loss would have a zero gradient where the loss is negative.
TEST(CalibratedVaml, HasAGradientWhereItIsNegative) {
  Graph graph;
  const Tensor values = graph.Constant({-1, 1}, {1, 2});
  const Tensor target = graph.Constant({0}, {1});
  const Tensor loss =
      Sum(CalibratedVaml(values, target, ModelKind::kStochastic));
  EXPECT_EQ(Evaluate(Gradients(loss, {values})[0]),
            (std::vector<double>{1, -1}));
}

TEST(CalibratedVaml, RefusesOneSampleOfAStochasticModel) {
  Graph graph;
  const Tensor values = DrawConstant(graph, {5, 1}, 1);
  const Tensor target = DrawConstant(graph, {5}, 2);
  EXPECT_EXIT(CalibratedVaml(values, target, ModelKind::kStochastic),
              testing::ExitedWithCode(1),
              "vaml.*: a sample variance, and so CVAML with a stochastic "
              "model, needs at least 2 model samples, got 1");
}

TEST(SampleVariance, NeedsATensorWithAnAxisOfSamples) {
  Graph graph;
  const Tensor value = graph.Input("value", {});
  EXPECT_EXIT(SampleVariance(1), testing::ExitedWithCode(1),
              "vaml_test.*: sample_variance needs a tensor, not the number 1");
  EXPECT_EXIT(SampleVariance(value), testing::ExitedWithCode(1),
              "vaml_test.*: a sample variance, .* got 1");
}

// The loss and its gradients, as `record` has them, in the bits of floats.
std::vector<uint32_t> Bits(Tensor (*record)(const Tensor&, const Tensor&),
                           int64_t samples) {
  Graph graph;
  const Tensor values = DrawConstant(graph, {6, samples}, 3);
  const Tensor target = DrawConstant(graph, {6}, 4);
  const Tensor loss = record(values, target);
  Tensors outputs = Gradients(Sum(loss), {values, target});
  outputs.push_back(loss);
  autodiff::Program<float> program(graph, outputs);
  program.Run();
  std::vector<uint32_t> bits;
  for (const Tensor& output : outputs) {
    for (const float x : program.Output(output)) {
      std::memcpy(&bits.emplace_back(), &x, sizeof(x));
    }
  }
  return bits;
}

TEST(CalibratedVaml, IsVamlBitForBitIfTheModelIsDeterministic) {
  const auto vaml = [](const Tensor& values, const Tensor& target) {
    return Vaml(values, target);
  };
  const auto calibrated = [](const Tensor& values, const Tensor& target) {
    return CalibratedVaml(values, target, ModelKind::kDeterministic);
  };
  const auto corrected = [](const Tensor& values, const Tensor& target) {
    return CalibratedVaml(values, target, ModelKind::kStochastic);
  };
  for (const int64_t samples : {1, 2, 4}) {
    EXPECT_EQ(Bits(calibrated, samples), Bits(vaml, samples)) << samples;
  }
  EXPECT_NE(Bits(corrected, 2), Bits(vaml, 2)) << "the comparison sees nothing";
}

// k equal samples are what a deterministic model predicts: s² = 0.
TEST(CalibratedVaml, IsVamlBitForBitOnEqualSamples) {
  Graph graph;
  const Tensor values =
      BroadcastTo(DrawConstant(graph, {6, 1}, 3), autodiff::Shape{6, 4});
  const Tensor target = DrawConstant(graph, {6}, 4);
  EXPECT_EQ(Evaluate(CalibratedVaml(values, target, ModelKind::kStochastic)),
            Evaluate(Vaml(values, target)));
}

// Gradients with respect to the values (input 0) and the target (input 1).
class VamlGradients : public testing::TestWithParam<int> {
 protected:
  GradientReport Check(const std::function<Tensor(const Tensors&)>& record) {
    const int64_t k = GetParam();
    return CheckGradients(record,
                          {DrawValues({3, 2, k}, 5), DrawValues({3, 2}, 6)});
  }
};

TEST_P(VamlGradients, Vaml) {
  const GradientReport report =
      Check([](const Tensors& x) { return Vaml(x[0], x[1]); });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

TEST_P(VamlGradients, SampleVariance) {
  if (GetParam() == 1) return;
  const GradientReport report =
      Check([](const Tensors& x) { return SampleVariance(x[0]); });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

TEST_P(VamlGradients, CalibratedVaml) {
  if (GetParam() == 1) return;
  const GradientReport report = Check([](const Tensors& x) {
    return CalibratedVaml(x[0], x[1], ModelKind::kStochastic);
  });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

// ∂L/∂V_j = (2/k) (V̂ − y − (V_j − V̂)/(k−1)) and ∂L/∂y = −2 (V̂ − y): finite
// differences cannot tell whether a term was stopped, this can.
TEST_P(VamlGradients, CalibratedVamlInClosedForm) {
  const int64_t k = GetParam();
  if (k == 1) return;
  Graph graph;
  const Tensor values = DrawConstant(graph, {k}, 7);
  const Tensor target = graph.Constant({0.3});
  const Tensor loss = CalibratedVaml(values, target, ModelKind::kStochastic);
  const Tensors gradients = Gradients(loss, {values, target});
  const std::vector<double> v = Evaluate(values);
  double mean = 0;
  for (const double value : v) mean += value / static_cast<double>(k);
  const std::vector<double> to_values = Evaluate(gradients[0]);
  for (int64_t j = 0; j < k; ++j) {
    const double spread = (v[j] - mean) / static_cast<double>(k - 1);
    EXPECT_NEAR(to_values[j], 2.0 / k * (mean - 0.3 - spread), 1e-14);
  }
  EXPECT_NEAR(Evaluate(gradients[1])[0], -2 * (mean - 0.3), 1e-14);
}

INSTANTIATE_TEST_SUITE_P(Samples, VamlGradients, testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace losses
