// The gradient rules of the op table are made of ops, so their own gradients
// must be right.

#include <vector>

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/program_io.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

class OpSecondGradient : public OpTable {};

// Of all gradients of Σ_j dy_j y_j in a row, as a function of x and dy.
TEST_P(OpSecondGradient, EqualsFiniteDifferences) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample)) continue;
    SCOPED_TRACE(sample.name);
    const auto gradient = [&](const Tensors& x_and_dy) {
      const Tensors x(x_and_dy.begin(), x_and_dy.end() - 1);
      Tensors reals;
      for (const Tensor& input : x) {
        if (input.element() == ElementType::kReal) reals.push_back(input);
      }
      std::vector<Operand> flat;
      const Tensor loss = Sum(sample.record(x) * x_and_dy.back());
      for (const Tensor& dx : Gradients(loss, reals)) {
        flat.emplace_back(Reshape(dx, {-1}));
      }
      return Concat(flat, 0);
    };
    std::vector<Values> inputs = DrawInputs(sample);
    Graph graph;
    const Shape y = sample.record(DeclareInputs(graph, inputs)).shape();
    inputs.push_back({{y}, Normal(y.elements(), 3)});
    const RecordedGradients f(gradient, inputs);
    ExpectJacobianEqualsDifferences(f);
    ExpectRandomProductEqualsDifference(f);
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpSecondGradient, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
