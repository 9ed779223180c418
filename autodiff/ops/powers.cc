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

// y = √x,  dx = dy / (2 y).
struct SqrtRule : Unary<SqrtRule> {
  static constexpr char kName[] = "sqrt";
  static auto Apply(auto x) { return Sqrt(x); }
  static double Scalar(double x) { return std::sqrt(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {dy / (2 * y)};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Sqrt, 0.5, 3); }
};

// y = aᵇ,  da = b aᵇ⁻¹ dy,  db = log(a) y dy.
struct PowRule : Binary<PowRule> {
  static constexpr char kName[] = "pow";
  static constexpr double kGradientUnits = 6;
  static auto Apply(auto a, auto b) { return Pow(a, b); }
  static double Scalar(double a, double b) { return std::pow(a, b); }
  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {dy * x[1] * Pow(x[0], x[1] - 1), dy * y * Log(x[0])};
  }
  static std::vector<Sample> Samples() {
    std::vector<Sample> samples = BinarySamples(Pow);
    for (Sample& sample : samples) {
      sample.inputs[0].low = 0.5;
      sample.inputs[0].high = 2;
    }
    return samples;
  }
};

constexpr Op kSquare = MakeOp<SquareRule>();
constexpr Op kSqrt = MakeOp<SqrtRule>();
constexpr Op kPow = MakeOp<PowRule>();

Tensor Square(Operand x) { return Record(kSquare, {x}); }
Tensor Sqrt(Operand x) { return Record(kSqrt, {x}); }
Tensor Pow(Operand a, Operand b) { return Record(kPow, {a, b}); }

}  // namespace autodiff
