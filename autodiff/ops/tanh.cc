#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = tanh x,  dx = (1 − y²) dy.
struct TanhRule : Elementwise<TanhRule, TanhFormula> {
  static constexpr char kName[] = "tanh";
  static double Scalar(double x) { return std::tanh(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {(1 - Square(y)) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Tanh, -3, 3); }
};

constexpr Op kTanh = MakeOp<TanhRule>();

Tensor Tanh(Operand x) { return Record(kTanh, {x}); }

}  // namespace autodiff
