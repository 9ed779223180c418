#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = aᵇ,  da = b aᵇ⁻¹ dy,  db = log(a) y dy.
struct PowRule : Binary<PowRule> {
  static constexpr char kName[] = "pow";
  static auto Apply(auto a, auto b) { return Pow(a, b); }
  static double Scalar(double a, double b) { return std::pow(a, b); }
  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {dy * x[1] * Pow(x[0], x[1] - 1), dy * y * Log(x[0])};
  }
  static std::vector<Sample> Samples() {
    std::vector<Sample> samples = BinarySamples(Pow);
    for (Sample& sample : samples) {
      sample.inputs[0].low = 0.5;
      sample.inputs[0].high = 2;
    }
    return samples;
  }
};

constexpr Op kPow = MakeOp<PowRule>();

Tensor Pow(Operand a, Operand b) { return Record(kPow, {a, b}); }

}  // namespace autodiff
