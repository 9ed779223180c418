#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = x repeated along broadcast axes,  dx = Σ dy over them.
struct BroadcastToRule : Elementwise<BroadcastToRule, BroadcastToFormula> {
  static constexpr char kName[] = "broadcast_to";
  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (!IsIndex(call, 0) && BroadcastShapes(call.in(0), target) == target) {
      return TensorType{target};
    }
    return Refuse("does not broadcast to ", target.ToString());
  }
  static double Scalar(double x) { return x; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy};
  }
  static std::vector<Sample> Samples() {
    return SamplesWith<Shape>(
        [](const Tensor& x, const Shape& to) { return BroadcastTo(x, to); },
        {{{}, {3, 2}},
         {{4}, {3, 4}},
         {{3, 1}, {3, 4}},
         {{1}, {0}},
         {{2, 1, 3}, {5, 2, 4, 3}}});
  }
};

constexpr Op kBroadcastTo = MakeOp<BroadcastToRule>();

Tensor BroadcastTo(Operand x, const Shape& shape) {
  return Record(kBroadcastTo, {x}, {{"sizes", shape.sizes()}});
}

}  // namespace autodiff
