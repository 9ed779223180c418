#include <cmath>

#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = x tanh(softplus(x)) = x n / (n + 2) with n = eˣ (eˣ + 2): one
// exponential. Beyond 20 the fraction is 1 in float and double; there eˣ is not
// needed, and could overflow.  dx = MishSlope(x) dy.
struct MishRule : Unary<MishRule> {
  static constexpr char kName[] = "mish";

  template <typename X>
  static X Apply(X x) {
    const X e = Exp(Min(x, 20));
    const X n = e * (e + 2);
    return x * n / (n + 2);
  }
  static double Scalar(double x) {
    return x * std::tanh(std::log1p(std::exp(x)));
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {MishSlope(x[0]) * dy};
  }

  static std::vector<Sample> Samples() { return UnarySamples(Mish, -6, 6); }
};

}  // namespace

constexpr Op kMish = MakeOp<MishRule>();

Tensor Mish(Operand x) { return Record(kMish, {x}); }

}  // namespace autodiff
