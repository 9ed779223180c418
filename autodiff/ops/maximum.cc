#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = max(a, b),  da = [a ≥ b] dy,  db = [a < b] dy.
struct MaximumRule : Binary<MaximumRule> {
  static constexpr char kName[] = "maximum";
  static auto Apply(auto a, auto b) { return Max(a, b); }
  static double Scalar(double a, double b) { return a >= b ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[1], x[0]);
    return {dy * takes_a, dy * (1 - takes_a)};
  }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Maximum); }
};

constexpr Op kMaximum = MakeOp<MaximumRule>();

Tensor Maximum(Operand a, Operand b) { return Record(kMaximum, {a, b}); }

}  // namespace autodiff
