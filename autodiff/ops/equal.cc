#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = [a = b], zero almost everywhere.
struct EqualRule : Binary<EqualRule>, NoGradient {
  static constexpr char kName[] = "equal";
  static auto Apply(auto a, auto b) { return Select(a == b, 1, 0); }
  static double Scalar(double a, double b) { return a == b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Equal); }
};

constexpr Op kEqual = MakeOp<EqualRule>();

Tensor Equal(Operand a, Operand b) { return Record(kEqual, {a, b}); }

}  // namespace autodiff
