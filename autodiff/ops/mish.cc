#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = x tanh(softplus(x)) = x t with t = n / (n + 2), n = e (e + 2) and e = eˣ:
// one exponential. Beyond 20, t is 1 in float and double; there eˣ is not
// needed, and could overflow.  dx = MishSlope(x) dy.
struct MishRule : Unary<MishRule> {
  static constexpr char kName[] = "mish";
  static auto Apply(auto x) {
    const auto e = Exp(Min(x, 20));
    const auto n = e * (e + 2);
    return x * n / (n + 2);
  }
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return x[0] * Tanh(Softplus(x[0]));
  }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {MishSlope(x[0]) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Mish, -6, 6); }
};

// y = t + x t′ with t′ = 4 e (e + 1) / (n + 2)², which is (1 − t²) sigmoid(x).
struct MishSlopeRule : Unary<MishSlopeRule> {
  static constexpr char kName[] = "mish_slope";
  static auto Apply(auto x) {
    const auto e = Exp(Min(x, 20));
    const auto n = e * (e + 2);
    const auto m = 1 / (n + 2);
    return n * m + 4 * x * e * (e + 1) * m * m;
  }
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    const Tensor t = Tanh(Softplus(x[0]));
    return t + x[0] * (1 - Square(t)) * Sigmoid(x[0]);
  }
  static std::vector<Sample> Samples() {
    return UnarySamples(MishSlope, -6, 6);
  }
};

constexpr Op kMish = MakeOp<MishRule>();
constexpr Op kMishSlope = MakeOp<MishSlopeRule>();

Tensor Mish(Operand x) { return Record(kMish, {x}); }
Tensor MishSlope(Operand x) { return Record(kMishSlope, {x}); }

}  // namespace autodiff
