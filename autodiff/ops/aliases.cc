#include "autodiff/ops/rule.h"

namespace autodiff {

// For results that are their input's buffer: no kernel runs.
struct Alias {
  template <typename T>
  static Kernel Value(const Call&) {
    return {};
  }
  static CudaKernel Cuda(const Call&) { return {}; }
  static Doubles Oracle(const Call&, absl::Span<const Values> inputs) {
    return inputs[0].data;
  }
};

// y = the elements of x in row-major order,  dx = dy in x's shape.
struct ReshapeRule : Alias {
  static constexpr char kName[] = "reshape";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (target.elements() == call.in(0).elements()) {
      return TensorType{target, call.inputs[0].element};
    }
    return Refuse("cannot become ", target.ToString(), ": it has ",
                  call.in(0).elements(), " elements");
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Reshape(dy, x[0].shape().sizes())};
  }

  // Splits an axis, infers a size, adds axes.
  static std::vector<Sample> Samples() {
    return SamplesWith<Index>(
        [](const Tensor& x, const Index& sizes) { return Reshape(x, sizes); },
        {{{3, 4}, {3, 2, 2}}, {{3, 4}, {2, -1}}, {{}, {1, 1}}});
  }
};

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

// y = x,  dx = 0.
struct StopGradientRule : Alias, NoGradient {
  static constexpr char kName[] = "stop_gradient";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return call.inputs[0];
  }

  // x stop(x) has gradient x, not 2x.
  static std::vector<Sample> Samples() {
    return {{"a factor", {{{3, 4}}}, [](const Tensors& x) {
               return x[0] * StopGradient(x[0]);
             }}};
  }
};

constexpr Op kReshape = MakeOp<ReshapeRule>(OpKind::kAlias);
constexpr Op kView = MakeOp<ViewRule>(OpKind::kAlias);
constexpr Op kStopGradient = MakeOp<StopGradientRule>(OpKind::kAlias);

Tensor Reshape(Operand x, std::vector<int64_t> sizes) {
  const auto unknown = std::find(sizes.begin(), sizes.end(), -1);
  if (unknown != sizes.end() && !x.is_number() &&
      std::count(sizes.begin(), sizes.end(), -1) == 1) {
    *unknown = 1;  // and then what is left once the others are divided out
    const int64_t known = Shape(sizes).elements();
    *unknown = known == 0 ? 0 : x.tensor().shape().elements() / known;
  }
  return Record(kReshape, {x}, {{"sizes", std::move(sizes)}});
}

Tensor View(Operand x, int64_t offset, const Shape& shape) {
  return Record(kView, {x}, {{"offset", offset}, {"sizes", shape.sizes()}});
}

Tensor StopGradient(Operand x) { return Record(kStopGradient, {x}); }

}  // namespace autodiff
