#include "losses/likelihood.h"

#include <cmath>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "losses/test_tensors.h"

namespace losses {
namespace {

using autodiff::CheckGradients;
using autodiff::ElementType;
using autodiff::GradientReport;
using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

// Two rows with zeros, one without.
Tensor WithZeros(Graph& graph) {
  return graph.Constant({0, 1, 0, 0.25, 0.75, 0, 0.2, 0.3, 0.5}, {3, 3});
}

TEST(KlDivergence, EqualsItsDefinition) {
  Graph graph;
  const std::vector<double> q = {0.5, 0.2, 0.3, 0.1, 0.1, 0.8, 0.2, 0.3, 0.5};
  const std::vector<double> divergence =
      Evaluate(KlDivergence(WithZeros(graph), Log(graph.Constant(q, {3, 3}))));
  EXPECT_NEAR(divergence[0], std::log(1 / 0.2), 1e-15);
  EXPECT_NEAR(divergence[1], 0.25 * std::log(2.5) + 0.75 * std::log(7.5),
              1e-15);
  EXPECT_NEAR(divergence[2], 0, 1e-15);
}

TEST(KlDivergence, GradientEqualsFiniteDifferences) {
  const auto record = [](const Tensors& x) {
    return KlDivergence(Softmax(x[0]), LogSoftmax(x[1]));
  };
  const GradientReport report =
      CheckGradients(record, {DrawValues({3, 4}, 1), DrawValues({3, 4}, 2)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

TEST(KlDivergence, GradientToTheModelWhereTruthHasZeros) {
  const auto record = [](const Tensors& x) {
    return KlDivergence(WithZeros(x[0].graph()), LogSoftmax(x[0]));
  };
  const GradientReport report = CheckGradients(record, {DrawValues({3, 3}, 3)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

TEST(NegativeLogLikelihood, PicksTheOutcomes) {
  Graph graph;
  const Tensor log_q = graph.Constant({-1, -2, -3, -4, -5, -6}, {2, 3});
  const Tensor outcome =
      graph.Constant({2, 2, 0, 1}, {2, 2}, ElementType::kIndex);
  EXPECT_EQ(Evaluate(NegativeLogLikelihood(log_q, outcome)),
            (std::vector<double>{3, 3, 4, 5}));
}

TEST(NegativeLogLikelihood, GradientEqualsFiniteDifferences) {
  const auto record = [](const Tensors& x) {
    const Tensor outcome =
        x[0].graph().Constant({2, 2, 0, 1, 3, 0}, {3, 2}, ElementType::kIndex);
    return NegativeLogLikelihood(LogSoftmax(x[0]), outcome);
  };
  const GradientReport report = CheckGradients(record, {DrawValues({3, 4}, 4)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

}  // namespace
}  // namespace losses
