// The gradient rules of the op table are made of ops, so their own gradients
// must be right: of Σ_i |d Σ y² / d x_i|² for every op's y.

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "autodiff/testing/op_samples.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

class OpSecondGradient : public OpTable {};

TEST_P(OpSecondGradient, EqualsFiniteDifferences) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample)) continue;
    const auto squared_gradient = [&](const Tensors& x) {
      Tensors reals;
      for (const Tensor& input : x) {
        if (input.element() == ElementType::kReal) reals.push_back(input);
      }
      Tensor total = x[0].graph().Constant({0});
      const Tensor loss = Sum(Square(sample.record(x)));
      for (const Tensor& dx : Gradients(loss, reals)) {
        total = total + Sum(Square(dx));
      }
      return total;
    };
    const std::vector<Values> inputs = DrawInputs(sample);
    int64_t elements = 0;
    for (const Values& input : inputs) elements += input.type.shape.elements();
    // The rounding of the sum over all elements adds to the error.
    const double tolerance = 1e-8 * (1 + static_cast<double>(elements) / 100);
    const GradientReport report = CheckGradients(squared_gradient, inputs);
    EXPECT_LT(report.worst_error, tolerance)
        << sample.name << ": " << report.worst_element;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpSecondGradient, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
