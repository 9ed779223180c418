#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a + b,  da = dy,  db = dy.
struct AddRule : Elementwise<AddRule, AddFormula> {
  static constexpr char kName[] = "add";
  static double Scalar(double a, double b) { return a + b; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy, dy};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Add); }
};

// y = a − b,  da = dy,  db = −dy.
struct SubtractRule : Elementwise<SubtractRule, SubtractFormula> {
  static constexpr char kName[] = "subtract";
  static double Scalar(double a, double b) { return a - b; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy, -dy};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Subtract); }
};

// y = a b,  da = b dy,  db = a dy.
struct MultiplyRule : Elementwise<MultiplyRule, MultiplyFormula> {
  static constexpr char kName[] = "multiply";
  static double Scalar(double a, double b) { return a * b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {dy * x[1], dy * x[0]};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Multiply); }
};

// y = a / b,  da = dy / b,  db = −y dy / b.
struct DivideRule : Elementwise<DivideRule, DivideFormula> {
  static constexpr char kName[] = "divide";
  static constexpr double kGradientUnits = 6;
  static double Scalar(double a, double b) { return a / b; }
  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Tensor da = dy / x[1];
    return {da, -(y * da)};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Divide, 0.5, 2); }
};

// y = −x,  dx = −dy.
struct NegateRule : Elementwise<NegateRule, NegateFormula> {
  static constexpr char kName[] = "negate";
  static double Scalar(double x) { return -x; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {-dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Negate, -2, 2); }
};

constexpr Op kAdd = MakeOp<AddRule>();
constexpr Op kSubtract = MakeOp<SubtractRule>();
constexpr Op kMultiply = MakeOp<MultiplyRule>();
constexpr Op kDivide = MakeOp<DivideRule>();
constexpr Op kNegate = MakeOp<NegateRule>();

Tensor Add(Operand a, Operand b) { return Record(kAdd, {a, b}); }
Tensor Subtract(Operand a, Operand b) { return Record(kSubtract, {a, b}); }
Tensor Multiply(Operand a, Operand b) { return Record(kMultiply, {a, b}); }
Tensor Divide(Operand a, Operand b) { return Record(kDivide, {a, b}); }
Tensor Negate(Operand x) { return Record(kNegate, {x}); }

}  // namespace autodiff
