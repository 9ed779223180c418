#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = [a < b], constant almost everywhere.
struct LessRule : Binary<LessRule>, NoGradient {
  static constexpr char kName[] = "less";
  static auto Apply(auto a, auto b) { return Select(a < b, 1, 0); }
  static double Scalar(double a, double b) { return a < b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Less); }
};

constexpr Op kLess = MakeOp<LessRule>();

Tensor Less(Operand a, Operand b) { return Record(kLess, {a, b}); }

}  // namespace autodiff
