#include "autodiff/ops/rule.h"

namespace autodiff {

// y = x[offset : offset + |y|] in y's shape,  dx = dy there, zero elsewhere.
struct ViewRule : Alias {
  static constexpr char kName[] = "view";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const int64_t offset = call.attributes.Int("offset");
    const Shape target(call.attributes.Ints("sizes"));
    const int64_t end = offset + target.elements();
    if (call.in(0).rank() == 1 && offset >= 0 && end <= call.in(0)[0]) {
      return TensorType{target, call.inputs[0].element};
    }
    return Refuse("elements ", offset, " to ", end, " as ", target.ToString(),
                  " are not inside a vector");
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {Pack({dy}, {y.node().attributes.Int("offset")}, x[0].shape()[0])};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const auto first = inputs[0].data.begin() + call.attributes.Int("offset");
    return {first, first + call.out().elements()};
  }

  static std::vector<Sample> Samples() {
    return {{"a matrix inside",
             {{{11}}},
             [](const Tensors& x) {
               return View(x[0], 3, {2, 3});
             }},
            {"overlapping views", {{{5}}}, [](const Tensors& x) {
               return View(x[0], 0, {4}) * View(x[0], 1, {4});
             }}};
  }
};

constexpr Op kView = MakeOp<ViewRule>(OpKind::kAlias);

Tensor View(Operand x, int64_t offset, const Shape& shape) {
  return Record(kView, {x}, {{"offset", offset}, {"sizes", shape.sizes()}});
}

}  // namespace autodiff
