#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which cannot overflow,
// dx = sigmoid(x) dy.
struct SoftplusRule : Unary<SoftplusRule> {
  static constexpr char kName[] = "softplus";
  static auto Apply(auto x) { return Max(x, 0) + Log1p(Exp(-Abs(x))); }
  static double Scalar(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
  }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Sigmoid(x[0]) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Softplus, -6, 6); }
};

constexpr Op kSoftplus = MakeOp<SoftplusRule>();

Tensor Softplus(Operand x) { return Record(kSoftplus, {x}); }

}  // namespace autodiff
