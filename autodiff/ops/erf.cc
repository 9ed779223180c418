#include <numbers>

#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = 2/√π ∫₀ˣ e^−t² dt,  dx = 2/√π e^−x² dy.
struct ErfRule : Unary<ErfRule> {
  static constexpr char kName[] = "erf";
  static auto Apply(auto x) { return Erf(x); }
  static double Scalar(double x) { return std::erf(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {2 * std::numbers::inv_sqrtpi * Exp(-Square(x[0])) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Erf, -3, 3); }
};

constexpr Op kErf = MakeOp<ErfRule>();

Tensor Erf(Operand x) { return Record(kErf, {x}); }

}  // namespace autodiff
