#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a + b,  da = dy,  db = dy.
struct AddRule : Binary<AddRule> {
  static constexpr char kName[] = "add";
  static auto Apply(auto a, auto b) { return a + b; }
  static double Scalar(double a, double b) { return a + b; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy, dy};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Add); }
};

// y = a − b,  da = dy,  db = −dy.
struct SubtractRule : Binary<SubtractRule> {
  static constexpr char kName[] = "subtract";
  static auto Apply(auto a, auto b) { return a - b; }
  static double Scalar(double a, double b) { return a - b; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy, -dy};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Subtract); }
};

// y = a b,  da = b dy,  db = a dy.
struct MultiplyRule : Binary<MultiplyRule> {
  static constexpr char kName[] = "multiply";
  static auto Apply(auto a, auto b) { return a * b; }
  static double Scalar(double a, double b) { return a * b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {dy * x[1], dy * x[0]};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Multiply); }
};

// y = a / b,  da = dy / b,  db = −y dy / b.
struct DivideRule : Binary<DivideRule> {
  static constexpr char kName[] = "divide";
  static constexpr double kGradientUnits = 6;
  static auto Apply(auto a, auto b) { return a / b; }
  static double Scalar(double a, double b) { return a / b; }
  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Tensor da = dy / x[1];
    return {da, -(y * da)};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Divide, 0.5, 2); }
};

// y = −x,  dx = −dy.
struct NegateRule : Unary<NegateRule> {
  static constexpr char kName[] = "negate";
  static auto Apply(auto x) { return -x; }
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
