#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = x²,  dx = 2 x dy.
struct SquareRule : Unary<SquareRule> {
  static constexpr char kName[] = "square";
  static auto Apply(auto x) { return x * x; }
  static double Scalar(double x) { return x * x; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {2 * x[0] * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Square, -2, 2); }
};

constexpr Op kSquare = MakeOp<SquareRule>();

Tensor Square(Operand x) { return Record(kSquare, {x}); }

}  // namespace autodiff
