#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = max(x, 0),  dx = [x > 0] dy.
struct ReluRule : Elementwise<ReluRule, ReluFormula> {
  static constexpr char kName[] = "relu";
  static double Scalar(double x) { return x > 0 ? x : 0; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Less(0, x[0]) * dy};
  }
  static std::vector<Sample> Samples() {
    return UnarySamples(Relu, -2, 2, {0});
  }
};

// y = 1 / (1 + e⁻ˣ),  dx = y (1 − y) dy.
struct SigmoidRule : Elementwise<SigmoidRule, SigmoidFormula> {
  static constexpr char kName[] = "sigmoid";
  static double Scalar(double x) { return 1 / (1 + std::exp(-x)); }
  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {y * (1 - y) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Sigmoid, -6, 6); }
};

// y = log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which cannot overflow,
// dx = sigmoid(x) dy.
struct SoftplusRule : Elementwise<SoftplusRule, SoftplusFormula> {
  static constexpr char kName[] = "softplus";
  static double Scalar(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
  }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Sigmoid(x[0]) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Softplus, -6, 6); }
};

// y = x tanh(softplus(x)) = x t with t = n / (n + 2), n = e (e + 2) and e = eˣ:
// one exponential. Beyond 20, t is 1 in float and double; there eˣ is not
// needed, and could overflow.  dx = MishSlope(x) dy.
struct MishRule : Elementwise<MishRule, MishFormula> {
  static constexpr char kName[] = "mish";
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return x[0] * Tanh(Softplus(x[0]));
  }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {MishSlope(x[0]) * dy};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Mish, -6, 6); }
};

// y = t + x t′ with t′ = 4 e (e + 1) / (n + 2)², which is (1 − t²) sigmoid(x).
struct MishSlopeRule : Elementwise<MishSlopeRule, MishSlopeFormula> {
  static constexpr char kName[] = "mish_slope";
  // The rounding of 1 − t² comes out multiplied by 2x, up to 12.
  static constexpr double kGradientUnits = 60;
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    const Tensor t = Tanh(Softplus(x[0]));
    return t + x[0] * (1 - Square(t)) * Sigmoid(x[0]);
  }
  static std::vector<Sample> Samples() {
    return UnarySamples(MishSlope, -6, 6);
  }
};

constexpr Op kRelu = MakeOp<ReluRule>();
constexpr Op kSigmoid = MakeOp<SigmoidRule>();
constexpr Op kSoftplus = MakeOp<SoftplusRule>();
constexpr Op kMish = MakeOp<MishRule>();
constexpr Op kMishSlope = MakeOp<MishSlopeRule>();

Tensor Relu(Operand x) { return Record(kRelu, {x}); }
Tensor Sigmoid(Operand x) { return Record(kSigmoid, {x}); }
Tensor Softplus(Operand x) { return Record(kSoftplus, {x}); }
Tensor Mish(Operand x) { return Record(kMish, {x}); }
Tensor MishSlope(Operand x) { return Record(kMishSlope, {x}); }

}  // namespace autodiff
