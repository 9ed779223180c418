#include <numbers>

#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = Φ⁻¹(x + 2⁻²⁵) with the standard normal distribution function Φ. For
// multiples of 2⁻²⁴ in [0, 1), which Uniform draws, the argument is in the
// middle of its interval, and y is finite and symmetric. It is computed in the
// lower half, where the argument is exact in float.
// dx = √(2π) exp(y² / 2) dy.
struct NormalFromUniformRule
    : Elementwise<NormalFromUniformRule, NormalFromUniformFormula> {
  static constexpr char kName[] = "normal_from_uniform";
  static constexpr double kValueUnits = 2;
  // Bisection for erfc(−y / √2) = 2 p.
  static double Scalar(double x) {
    double low = -10, high = 10;
    for (int i = 0; i < 80; ++i) {
      const double y = (low + high) / 2;
      const bool beyond =
          std::erfc(-y / std::numbers::sqrt2) > 2 * (x + 0x1p-25);
      (beyond ? high : low) = y;
    }
    return low;
  }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    const double scale = std::sqrt(2 * std::numbers::pi);
    return {scale * Exp(0.5 * Square(y)) * dy};
  }
  static std::vector<Sample> Samples() {
    return UnarySamples(NormalFromUniform, 0.25, 0.75);
  }
};

constexpr Op kNormalFromUniform = MakeOp<NormalFromUniformRule>();

Tensor NormalFromUniform(Operand x) { return Record(kNormalFromUniform, {x}); }

}  // namespace autodiff
