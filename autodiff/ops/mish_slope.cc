#include <cmath>

#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// Mish′: with e, n as in mish.cc, t = n / (n + 2) and t′ = 4 e (e + 1) / (n +
// 2)², y = t + x t′. Its own gradient, in known functions: t =
// tanh(softplus(x)), s = sigmoid(x), t′ = (1 − t²) s, so dx = (2 t′ + x t′ (1 −
// s − 2 t s)) dy.
struct MishSlopeRule : Unary<MishSlopeRule> {
  static constexpr char kName[] = "mish_slope";

  template <typename X>
  static X Apply(X x) {
    const X e = Exp(Min(x, 20));
    const X n = e * (e + 2);
    const X m = 1 / (n + 2);
    return n * m + 4 * x * e * (e + 1) * m * m;
  }
  static double Scalar(double x) {
    const double t = std::tanh(std::log1p(std::exp(x)));
    return t + x * (1 - t * t) / (1 + std::exp(-x));
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor t = Tanh(Softplus(x[0])), s = Sigmoid(x[0]);
    const Tensor slope = (1 - Square(t)) * s;
    return {slope * (2 + x[0] * (1 - s - 2 * t * s)) * dy};
  }

  static std::vector<Sample> Samples() {
    return UnarySamples(MishSlope, -6, 6);
  }
};

}  // namespace

constexpr Op kMishSlope = MakeOp<MishSlopeRule>();

Tensor MishSlope(Operand x) { return Record(kMishSlope, {x}); }

}  // namespace autodiff
