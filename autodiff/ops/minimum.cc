#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = min(a, b),  da = [a ≤ b] dy,  db = [a > b] dy.
struct MinimumRule : Binary<MinimumRule> {
  static constexpr char kName[] = "minimum";

  template <typename X>
  static X Apply(X a, X b) {
    return Min(a, b);
  }
  static double Scalar(double a, double b) { return a <= b ? a : b; }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[0], x[1]);
    return {SumToShape(dy * takes_a, x[0].shape()),
            SumToShape(dy * (1 - takes_a), x[1].shape())};
  }

  static std::vector<Sample> Samples() { return KinkedBinarySamples(Minimum); }
};

}  // namespace

constexpr Op kMinimum = MakeOp<MinimumRule>();

Tensor Minimum(Operand a, Operand b) { return Record(kMinimum, {a, b}); }

}  // namespace autodiff
