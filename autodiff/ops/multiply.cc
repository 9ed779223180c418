#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a b,  da = b dy,  db = a dy.
struct MultiplyRule : Binary<MultiplyRule> {
  static constexpr char kName[] = "multiply";
  static auto Apply(auto a, auto b) { return a * b; }
  static double Scalar(double a, double b) { return a * b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {dy * x[1], dy * x[0]};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Multiply); }
};

constexpr Op kMultiply = MakeOp<MultiplyRule>();

Tensor Multiply(Operand a, Operand b) { return Record(kMultiply, {a, b}); }

}  // namespace autodiff
