#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = |x|,  dx = sign(x) dy with sign(0) = 0.
struct AbsRule : Unary<AbsRule> {
  static constexpr char kName[] = "abs";
  static auto Apply(auto x) { return Abs(x); }
  static double Scalar(double x) { return std::abs(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {(Less(0, x[0]) - Less(x[0], 0)) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Abs, -2, 2, {0}); }
};

constexpr Op kAbs = MakeOp<AbsRule>();

Tensor Abs(Operand x) { return Record(kAbs, {x}); }

}  // namespace autodiff
