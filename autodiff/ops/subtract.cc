#include "autodiff/ops/elementwise.h"

namespace autodiff {

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

constexpr Op kSubtract = MakeOp<SubtractRule>();

Tensor Subtract(Operand a, Operand b) { return Record(kSubtract, {a, b}); }

}  // namespace autodiff
