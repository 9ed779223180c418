#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = eˣ,  dx = y dy.
struct ExpRule : Unary<ExpRule> {
  static constexpr char kName[] = "exp";
  static auto Apply(auto x) { return Exp(x); }
  static double Scalar(double x) { return std::exp(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {y * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Exp, -2, 2); }
};

constexpr Op kExp = MakeOp<ExpRule>();

Tensor Exp(Operand x) { return Record(kExp, {x}); }

}  // namespace autodiff
