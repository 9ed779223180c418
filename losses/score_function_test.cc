#include "losses/score_function.h"

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

TEST(WithScoreFunction, HasTheValueOfTheLoss) {
  Graph graph;
  const Tensor loss = DrawConstant(graph, {5}, 1);
  const Tensor log_p = DrawConstant(graph, {5}, 2);
  EXPECT_EQ(Evaluate(WithScoreFunction(loss, log_p)), Evaluate(loss));
}

TEST(WithScoreFunction, GradientEqualsFiniteDifferences) {
  const auto record = [](const Tensors& x) {
    return WithScoreFunction(Square(x[0]), x[1]);
  };
  const GradientReport report =
      CheckGradients(record, {DrawValues({5}, 1), DrawValues({5}, 2)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

// ∇loss + loss ∇log p, where both depend on x.
TEST(WithScoreFunction, AddsTheScoreToTheGradient) {
  Graph graph;
  const Tensor x = DrawConstant(graph, {5}, 3);
  const Tensor loss = Square(x);
  const Tensor log_p = -Exp(x);
  const Tensor surrogate = Sum(WithScoreFunction(loss, log_p));
  const std::vector<double> gradient = Evaluate(Gradients(surrogate, {x})[0]);
  const std::vector<double> expected = Evaluate(2 * x - Square(x) * Exp(x));
  for (size_t i = 0; i < gradient.size(); ++i) {
    EXPECT_NEAR(gradient[i], expected[i], 1e-14);
  }
}

}  // namespace
}  // namespace losses
