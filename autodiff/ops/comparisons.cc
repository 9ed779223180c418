#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = [a < b], constant almost everywhere.
struct LessRule : Elementwise<LessRule, LessFormula>, NoGradient {
  static constexpr char kName[] = "less";
  static double Scalar(double a, double b) { return a < b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Less); }
};

// y = [a ≤ b], constant almost everywhere.
struct LessEqualRule : Elementwise<LessEqualRule, LessEqualFormula>,
                       NoGradient {
  static constexpr char kName[] = "less_equal";
  static double Scalar(double a, double b) { return a <= b ? 1 : 0; }
  static std::vector<Sample> Samples() {
    return KinkedBinarySamples(LessEqual);
  }
};

// y = [a = b], zero almost everywhere.
struct EqualRule : Elementwise<EqualRule, EqualFormula>, NoGradient {
  static constexpr char kName[] = "equal";
  static double Scalar(double a, double b) { return a == b ? 1 : 0; }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Equal); }
};

// y = min(a, b),  da = [a ≤ b] dy,  db = [a > b] dy.
struct MinimumRule : Elementwise<MinimumRule, MinimumFormula> {
  static constexpr char kName[] = "minimum";
  static double Scalar(double a, double b) { return a <= b ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[0], x[1]);
    return {dy * takes_a, dy * (1 - takes_a)};
  }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Minimum); }
};

// y = max(a, b),  da = [a ≥ b] dy,  db = [a < b] dy.
struct MaximumRule : Elementwise<MaximumRule, MaximumFormula> {
  static constexpr char kName[] = "maximum";
  static double Scalar(double a, double b) { return a >= b ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[1], x[0]);
    return {dy * takes_a, dy * (1 - takes_a)};
  }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Maximum); }
};

// y = a where c ≠ 0, else b;  da = [c ≠ 0] dy,  db = [c = 0] dy,  dc = 0.
struct SelectRule : Elementwise<SelectRule, SelectFormula> {
  static constexpr char kName[] = "select";
  static double Scalar(double c, double a, double b) { return c != 0 ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Tensor(), Select(x[0], dy, 0), Select(x[0], 0, dy)};
  }
  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return Select(LessEqual(x[0], 0), x[1], x[2]);
    };
    const SampleInput condition{.shape = {3, 5}, .avoid = {0}};
    return {
        {"equal shapes", {condition, {{3, 5}}, {{3, 5}}}, record},
        {"broadcast", {condition, {{}}, {{2, 1, 5}}}, record},
        {"one condition", {{.avoid = {0}}, {{3, 5}}, {{5}}}, record},
        {"none", {{{0, 2}}, {{0, 2}}, {{2}}}, record},
        {"both sides of one tensor", {condition, {{5}}}, [](const Tensors& x) {
           return Select(LessEqual(x[0], 0), Square(x[1]), x[1]);
         }}};
  }
};

constexpr Op kLess = MakeOp<LessRule>();
constexpr Op kLessEqual = MakeOp<LessEqualRule>();
constexpr Op kEqual = MakeOp<EqualRule>();
constexpr Op kMinimum = MakeOp<MinimumRule>();
constexpr Op kMaximum = MakeOp<MaximumRule>();
constexpr Op kSelect = MakeOp<SelectRule>();

Tensor Less(Operand a, Operand b) { return Record(kLess, {a, b}); }
Tensor LessEqual(Operand a, Operand b) { return Record(kLessEqual, {a, b}); }
Tensor Equal(Operand a, Operand b) { return Record(kEqual, {a, b}); }
Tensor Minimum(Operand a, Operand b) { return Record(kMinimum, {a, b}); }
Tensor Maximum(Operand a, Operand b) { return Record(kMaximum, {a, b}); }
Tensor Select(Operand condition, Operand a, Operand b) {
  return Record(kSelect, {condition, a, b});
}

}  // namespace autodiff
