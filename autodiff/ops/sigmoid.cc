#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = 1 / (1 + e⁻ˣ),  dx = y (1 − y) dy.
struct SigmoidRule : Unary<SigmoidRule> {
  static constexpr char kName[] = "sigmoid";
  static auto Apply(auto x) { return 1 / (1 + Exp(-x)); }
  static double Scalar(double x) { return 1 / (1 + std::exp(-x)); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {y * (1 - y) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Sigmoid, -6, 6); }
};

constexpr Op kSigmoid = MakeOp<SigmoidRule>();

Tensor Sigmoid(Operand x) { return Record(kSigmoid, {x}); }

}  // namespace autodiff
