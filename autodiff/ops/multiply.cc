#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = a b,  da = b dy,  db = a dy.
struct MultiplyRule : Binary<MultiplyRule> {
  static constexpr char kName[] = "multiply";

  template <typename X>
  static X Apply(X a, X b) {
    return a * b;
  }
  static double Scalar(double a, double b) { return a * b; }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {SumToShape(dy * x[1], x[0].shape()),
            SumToShape(dy * x[0], x[1].shape())};
  }

  static std::vector<Sample> Samples() { return BinarySamples(Multiply); }
};

}  // namespace

constexpr Op kMultiply = MakeOp<MultiplyRule>();

Tensor Multiply(Operand a, Operand b) { return Record(kMultiply, {a, b}); }

}  // namespace autodiff
