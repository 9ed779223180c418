#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = x repeated along broadcast axes,  dx = Σ dy over them.
struct BroadcastToRule : Unary<BroadcastToRule> {
  static constexpr char kName[] = "broadcast_to";
  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (!IsIndex(call, 0) && BroadcastShapes(call.in(0), target) == target) {
      return TensorType{target};
    }
    return Refuse("does not broadcast to ", target.ToString());
  }
  static auto Apply(auto x) { return x; }
  static double Scalar(double x) { return x; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy};
  }
  static std::vector<Sample> Samples() {
    const std::pair<Shape, Shape> cases[] = {{{}, {3, 2}},
                                             {{4}, {3, 4}},
                                             {{3, 1}, {3, 4}},
                                             {{2, 1, 3}, {5, 2, 4, 3}},
                                             {{1}, {0}}};
    std::vector<Sample> samples;
    for (const auto& [from, to] : cases) {
      samples.push_back(
          {absl::StrCat(from.ToString(), " to ", to.ToString()),
           {{from}},
           [to = to](const Tensors& x) { return BroadcastTo(x[0], to); }});
    }
    return samples;
  }
};

constexpr Op kBroadcastTo = MakeOp<BroadcastToRule>();

Tensor BroadcastTo(Operand x, const Shape& shape) {
  return Record(kBroadcastTo, {x}, {{"sizes", shape.sizes()}});
}

}  // namespace autodiff
