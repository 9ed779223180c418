#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = min(a, b),  da = [a ≤ b] dy,  db = [a > b] dy.
struct MinimumRule : Binary<MinimumRule> {
  static constexpr char kName[] = "minimum";
  static auto Apply(auto a, auto b) { return Min(a, b); }
  static double Scalar(double a, double b) { return a <= b ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[0], x[1]);
    return {dy * takes_a, dy * (1 - takes_a)};
  }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Minimum); }
};

// y = max(a, b),  da = [a ≥ b] dy,  db = [a < b] dy.
struct MaximumRule : Binary<MaximumRule> {
  static constexpr char kName[] = "maximum";
  static auto Apply(auto a, auto b) { return Max(a, b); }
  static double Scalar(double a, double b) { return a >= b ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor takes_a = LessEqual(x[1], x[0]);
    return {dy * takes_a, dy * (1 - takes_a)};
  }
  static std::vector<Sample> Samples() { return KinkedBinarySamples(Maximum); }
};

constexpr Op kMinimum = MakeOp<MinimumRule>();
constexpr Op kMaximum = MakeOp<MaximumRule>();

Tensor Minimum(Operand a, Operand b) { return Record(kMinimum, {a, b}); }
Tensor Maximum(Operand a, Operand b) { return Record(kMaximum, {a, b}); }

}  // namespace autodiff
