#include <numbers>

#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = eˣ,  dx = y dy.
struct ExpRule : Elementwise<ExpRule, ExpFormula> {
  static constexpr char kName[] = "exp";
  static double Scalar(double x) { return std::exp(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {y * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Exp, -2, 2); }
};

// y = log x,  dx = dy / x.
struct LogRule : Elementwise<LogRule, LogFormula> {
  static constexpr char kName[] = "log";
  static double Scalar(double x) { return std::log(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {dy / x[0]};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Log, 0.5, 3); }
};

// y = x²,  dx = 2 x dy.
struct SquareRule : Elementwise<SquareRule, SquareFormula> {
  static constexpr char kName[] = "square";
  static double Scalar(double x) { return x * x; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {2 * x[0] * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Square, -2, 2); }
};

// y = √x,  dx = dy / (2 y).
struct SqrtRule : Elementwise<SqrtRule, SqrtFormula> {
  static constexpr char kName[] = "sqrt";
  static double Scalar(double x) { return std::sqrt(x); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {dy / (2 * y)};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Sqrt, 0.5, 3); }
};

// y = aᵇ,  da = b aᵇ⁻¹ dy,  db = log(a) y dy.
struct PowRule : Elementwise<PowRule, PowFormula> {
  static constexpr char kName[] = "pow";
  static constexpr double kGradientUnits = 8;
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

// y = 2/√π ∫₀ˣ e^−t² dt,  dx = 2/√π e^−x² dy.
struct ErfRule : Elementwise<ErfRule, ErfFormula> {
  static constexpr char kName[] = "erf";
  static double Scalar(double x) { return std::erf(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {2 * std::numbers::inv_sqrtpi * Exp(-Square(x[0])) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Erf, -3, 3); }
};

// y = |x|,  dx = sign(x) dy with sign(0) = 0.
struct AbsRule : Elementwise<AbsRule, AbsFormula> {
  static constexpr char kName[] = "abs";
  static double Scalar(double x) { return std::abs(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {(Less(0, x[0]) - Less(x[0], 0)) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Abs, -2, 2, {0}); }
};

constexpr Op kExp = MakeOp<ExpRule>();
constexpr Op kLog = MakeOp<LogRule>();
constexpr Op kSquare = MakeOp<SquareRule>();
constexpr Op kSqrt = MakeOp<SqrtRule>();
constexpr Op kPow = MakeOp<PowRule>();
constexpr Op kErf = MakeOp<ErfRule>();
constexpr Op kAbs = MakeOp<AbsRule>();

Tensor Exp(Operand x) { return Record(kExp, {x}); }
Tensor Log(Operand x) { return Record(kLog, {x}); }
Tensor Square(Operand x) { return Record(kSquare, {x}); }
Tensor Sqrt(Operand x) { return Record(kSqrt, {x}); }
Tensor Pow(Operand a, Operand b) { return Record(kPow, {a, b}); }
Tensor Erf(Operand x) { return Record(kErf, {x}); }
Tensor Abs(Operand x) { return Record(kAbs, {x}); }

}  // namespace autodiff
