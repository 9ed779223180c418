#include "autodiff/ops/cuda_rule.h"

namespace autodiff {

// y = x[…, begin : end, …] along `axis`,  dx = dy between zeros.
struct SliceRule : CudaCopyRule<SliceRule> {
  static constexpr char kName[] = "slice";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const int64_t axis = call.attributes.Int("axis");
    const int64_t begin = call.attributes.Int("begin");
    const int64_t end = call.attributes.Int("end");
    if (axis < 0 || axis >= call.in(0).rank()) {
      return Refuse("there is no axis ", axis);
    }
    const int64_t size = call.in(0).sizes()[axis];
    if (0 <= begin && begin <= end && end <= size) {
      return TensorType{WithSize(call.in(0), axis, end - begin)};
    }
    return Refuse("[", begin, ", ", end, ") is not inside axis ", axis,
                  " of size ", size);
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const AxisCut from = CutAt(call.in(0), call.attributes.Int("axis"));
    const AxisCut to = CutAt(call.out(), call.attributes.Int("axis"));
    const int64_t skip = call.attributes.Int("begin") * from.after;
    const int64_t block = from.size * from.after, n = to.size * to.after;
    return ForEachRow(to.before, 5. + n / 8., [=](const Buffers& b, int64_t i) {
      std::copy_n(b.In<T>(0) + i * block + skip, n, b.Out<T>() + i * n);
    });
  }

  static cuda::Strides CudaRead(const Call& call) {
    cuda::Strides at = CudaStrides(call.out().sizes(),
                                   BroadcastStrides(call.in(0), call.in(0)));
    at.begin =
        static_cast<int>(call.attributes.Int("begin") *
                         CutAt(call.in(0), call.attributes.Int("axis")).after);
    return at;
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Attributes& at = y.node().attributes;
    const int64_t axis = at.Int("axis"), size = x[0].shape().sizes()[axis];
    return {Pad(dy, axis, at.Int("begin"), size - at.Int("end"))};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y;
    for (Index at : IndicesOf(call.out())) {
      at[call.attributes.Int("axis")] += call.attributes.Int("begin");
      y.push_back(inputs[0].data[Position(call.in(0), at)]);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return SamplesWith<Index>(
        [](const Tensor& x, const Index& at) {
          return Slice(x, at[0], at[1], at[2]);
        },
        {{{7}, {0, 2, 5}},
         {{4, 3}, {0, 1, 3}},
         {{4, 3}, {1, 0, 2}},
         {{2, 5, 3}, {1, 4, 5}},
         {{2, 5, 3}, {-1, 0, 3}},
         {{2, 3}, {1, 2, 2}}});
  }
};

constexpr Op kSlice = MakeOp<SliceRule>();

Tensor Slice(Operand x, int64_t axis, int64_t begin, int64_t end) {
  return Record(kSlice, {x},
                {{"axis", FromFirst(x, axis)}, {"begin", begin}, {"end", end}});
}

}  // namespace autodiff
