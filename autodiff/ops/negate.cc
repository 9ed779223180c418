#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = −x,  dx = −dy.
struct NegateRule : Unary<NegateRule> {
  static constexpr char kName[] = "negate";
  static auto Apply(auto x) { return -x; }
  static double Scalar(double x) { return -x; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {-dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Negate, -2, 2); }
};

constexpr Op kNegate = MakeOp<NegateRule>();

Tensor Negate(Operand x) { return Record(kNegate, {x}); }

}  // namespace autodiff
