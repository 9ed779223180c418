#include "losses/td.h"

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
using autodiff::Values;

TEST(BootstrapTarget, IsTheBootstrapValueIfThereAreNoRewards) {
  Graph graph;
  const Tensor value = graph.Constant({1.5, -2}, {2});
  EXPECT_EQ(Evaluate(BootstrapTarget({}, 0.5, value)),
            (std::vector<double>{1.5, -2}));
}

// 1 + 2/2 + 4/4 + 16/8 and 2 + 0/2 + 8/4 − 8/8.
TEST(BootstrapTarget, SumsDiscountedRewards) {
  Graph graph;
  const Tensors rewards = {graph.Constant({1, 2}, {2}),
                           graph.Constant({2, 0}, {2}),
                           graph.Constant({4, 8}, {2})};
  const Tensor value = graph.Constant({16, -8}, {2});
  EXPECT_EQ(Evaluate(BootstrapTarget(rewards, 0.5, value)),
            (std::vector<double>{5, 3}));
}

TEST(BootstrapTarget, GradientEqualsFiniteDifferences) {
  for (int b = 0; b <= 3; ++b) {
    std::vector<Values> inputs;
    for (int i = 0; i <= b; ++i) inputs.push_back(DrawValues({2, 3}, i));
    const GradientReport report = CheckGradients(
        [](const Tensors& x) {
          return BootstrapTarget({x.begin(), x.end() - 1}, 0.9, x.back());
        },
        inputs);
    EXPECT_LT(report.worst_error, 1e-9) << b << ": " << report.worst_element;
  }
}

TEST(Td, IsTheSquaredError) {
  Graph graph;
  const Tensor value = graph.Constant({1, -2}, {2});
  const Tensor target = graph.Constant({4, 0}, {2});
  EXPECT_EQ(Evaluate(Td(value, target)), (std::vector<double>{9, 4}));
}

TEST(Td, GradientEqualsFiniteDifferences) {
  const GradientReport report =
      CheckGradients([](const Tensors& x) { return Td(x[0], x[1]); },
                     {DrawValues({2, 3}, 1), DrawValues({2, 3}, 2)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

TEST(Td, GivesNoGradientToTheTarget) {
  Graph graph;
  const Tensor value = graph.Constant({1, -2}, {2});
  const Tensor target = graph.Constant({4, 0}, {2});
  const Tensors gradients = Gradients(Sum(Td(value, target)), {value, target});
  EXPECT_EQ(Evaluate(gradients[0]), (std::vector<double>{-6, -4}));
  EXPECT_EQ(Evaluate(gradients[1]), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace losses
