#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = max(a, b),  da = [a ≥ b] dy,  db = [a < b] dy.
struct MaximumRule : Binary<MaximumRule> {
  static constexpr char kName[] = "maximum";

  template <typename X>
  static X Apply(X a, X b) {
    return Max(a, b);
  }
  static double Scalar(double a, double b) { return a >= b ? a : b; }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[1], x[0]);
    return {SumToShape(dy * takes_a, x[0].shape()),
            SumToShape(dy * (1 - takes_a), x[1].shape())};
  }

  static std::vector<Sample> Samples() { return KinkedBinarySamples(Maximum); }
};

}  // namespace

constexpr Op kMaximum = MakeOp<MaximumRule>();

Tensor Maximum(Operand a, Operand b) { return Record(kMaximum, {a, b}); }

}  // namespace autodiff
