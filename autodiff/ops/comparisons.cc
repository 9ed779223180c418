#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = [a < b], constant almost everywhere.
struct LessRule : Binary<LessRule>, NoGradient {
  static constexpr char kName[] = "less";
  static auto Apply(auto a, auto b) { return Select(a < b, 1, 0); }
  static double Scalar(double a, double b) { return a < b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Less); }
};

// y = [a ≤ b], constant almost everywhere.
struct LessEqualRule : Binary<LessEqualRule>, NoGradient {
  static constexpr char kName[] = "less_equal";
  static auto Apply(auto a, auto b) { return Select(a <= b, 1, 0); }
  static double Scalar(double a, double b) { return a <= b ? 1 : 0; }
  static std::vector<Sample> Samples() {
    return KinkedBinarySamples(LessEqual);
  }
};

// y = [a = b], zero almost everywhere.
struct EqualRule : Binary<EqualRule>, NoGradient {
  static constexpr char kName[] = "equal";
  static auto Apply(auto a, auto b) { return Select(a == b, 1, 0); }
  static double Scalar(double a, double b) { return a == b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Equal); }
};

constexpr Op kLess = MakeOp<LessRule>();
constexpr Op kLessEqual = MakeOp<LessEqualRule>();
constexpr Op kEqual = MakeOp<EqualRule>();

Tensor Less(Operand a, Operand b) { return Record(kLess, {a, b}); }
Tensor LessEqual(Operand a, Operand b) { return Record(kLessEqual, {a, b}); }
Tensor Equal(Operand a, Operand b) { return Record(kEqual, {a, b}); }

}  // namespace autodiff
