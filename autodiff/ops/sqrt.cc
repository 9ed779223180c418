#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = √x,  dx = dy / (2 y).
struct SqrtRule : Unary<SqrtRule> {
  static constexpr char kName[] = "sqrt";
  static auto Apply(auto x) { return Sqrt(x); }
  static double Scalar(double x) { return std::sqrt(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {dy / (2 * y)};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Sqrt, 0.5, 3); }
};

constexpr Op kSqrt = MakeOp<SqrtRule>();

Tensor Sqrt(Operand x) { return Record(kSqrt, {x}); }

}  // namespace autodiff
