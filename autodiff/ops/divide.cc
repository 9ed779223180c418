#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a / b,  da = dy / b,  db = −y dy / b.
struct DivideRule : Binary<DivideRule> {
  static constexpr char kName[] = "divide";
  static auto Apply(auto a, auto b) { return a / b; }
  static double Scalar(double a, double b) { return a / b; }
  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Tensor da = dy / x[1];
    return {da, -(y * da)};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Divide, 0.5, 2); }
};

constexpr Op kDivide = MakeOp<DivideRule>();

Tensor Divide(Operand a, Operand b) { return Record(kDivide, {a, b}); }

}  // namespace autodiff
