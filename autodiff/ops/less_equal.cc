#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = [a ≤ b], constant almost everywhere.
struct LessEqualRule : Binary<LessEqualRule>, NoGradient {
  static constexpr char kName[] = "less_equal";
  static auto Apply(auto a, auto b) { return Select(a <= b, 1, 0); }
  static double Scalar(double a, double b) { return a <= b ? 1 : 0; }
  static std::vector<Sample> Samples() {
    return KinkedBinarySamples(LessEqual);
  }
};

constexpr Op kLessEqual = MakeOp<LessEqualRule>();

Tensor LessEqual(Operand a, Operand b) { return Record(kLessEqual, {a, b}); }

}  // namespace autodiff
