#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = max(x, 0),  dx = [x > 0] dy.
struct ReluRule : Unary<ReluRule> {
  static constexpr char kName[] = "relu";
  static auto Apply(auto x) { return Select(x <= 0, 0, x); }
  static double Scalar(double x) { return x > 0 ? x : 0; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Less(0, x[0]) * dy};
  }
  static std::vector<Sample> Samples() {
    return UnarySamples(Relu, -2, 2, {0});
  }
};

constexpr Op kRelu = MakeOp<ReluRule>();

Tensor Relu(Operand x) { return Record(kRelu, {x}); }

}  // namespace autodiff
