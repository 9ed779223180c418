#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = a / b,  da = dy / b,  db = −y dy / b.
struct DivideRule : Binary<DivideRule> {
  static constexpr char kName[] = "divide";

  template <typename X>
  static X Apply(X a, X b) {
    return a / b;
  }
  static double Scalar(double a, double b) { return a / b; }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Tensor da = dy / x[1];
    return {SumToShape(da, x[0].shape()), SumToShape(-(y * da), x[1].shape())};
  }

  static std::vector<Sample> Samples() { return BinarySamples(Divide, 0.5, 2); }
};

}  // namespace

constexpr Op kDivide = MakeOp<DivideRule>();

Tensor Divide(Operand a, Operand b) { return Record(kDivide, {a, b}); }

}  // namespace autodiff
