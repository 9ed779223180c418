#include <cmath>

#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = tanh x,  dx = (1 − y²) dy.
struct TanhRule : Unary<TanhRule> {
  static constexpr char kName[] = "tanh";

  template <typename X>
  static X Apply(X x) {
    return Tanh(x);
  }
  static double Scalar(double x) { return std::tanh(x); }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {(1 - Square(y)) * dy};
  }

  static std::vector<Sample> Samples() { return UnarySamples(Tanh, -3, 3); }
};

}  // namespace

constexpr Op kTanh = MakeOp<TanhRule>();

Tensor Tanh(Operand x) { return Record(kTanh, {x}); }

}  // namespace autodiff
