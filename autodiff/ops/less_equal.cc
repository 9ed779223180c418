#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = [a ≤ b], constant almost everywhere.
struct LessEqualRule : Binary<LessEqualRule> {
  static constexpr char kName[] = "less_equal";

  template <typename X>
  static X Apply(X a, X b) {
    return Select(a <= b, 1, 0);
  }
  static double Scalar(double a, double b) { return a <= b ? 1 : 0; }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor(), Tensor()};
  }

  static std::vector<Sample> Samples() {
    return KinkedBinarySamples(LessEqual);
  }
};

}  // namespace

constexpr Op kLessEqual = MakeOp<LessEqualRule>();

Tensor LessEqual(Operand a, Operand b) { return Record(kLessEqual, {a, b}); }

}  // namespace autodiff
