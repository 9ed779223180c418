#include <numeric>

#include "autodiff/ops/cuda_rule.h"
#include "autodiff/strided_loop.h"

namespace autodiff {

// y's axis i is x's axis order[i]; dx has dy's axes in the inverse order.
struct TransposeRule : CudaCopyRule<TransposeRule> {
  static constexpr char kName[] = "transpose";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const std::vector<int64_t>& order = call.attributes.Ints("order");
    std::vector<int64_t> all(call.in(0).rank()), sizes;
    std::iota(all.begin(), all.end(), 0);
    if (!std::is_permutation(all.begin(), all.end(), order.begin(),
                             order.end())) {
      return Refuse("the order must name each axis once");
    }
    for (int64_t axis : order) sizes.push_back(call.in(0)[axis]);
    return TensorType{Shape(sizes)};
  }

  // Strides with which y is read from x.
  static std::vector<int64_t> Permuted(const Call& call) {
    const std::vector<int64_t> strides =
        BroadcastStrides(call.in(0), call.in(0));
    std::vector<int64_t> permuted;
    for (int64_t axis : call.attributes.Ints("order")) {
      permuted.push_back(strides[axis]);
    }
    return permuted;
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Shape& y = call.out();
    const StridedLoop loop(y, Permuted(call), BroadcastStrides(y, y));
    return ForEachRow(loop.runs(), 5. + loop.run_size(),
                      [loop](const Buffers& b, int64_t run) {
                        const auto [from, to] = loop.Start(run);
                        const T* const source = b.In<T>(0) + from;
                        T* const target = b.Out<T>() + to;
                        const int64_t stride = loop.run_stride().x;
                        for (int64_t i = 0; i < loop.run_size(); ++i) {
                          target[i] = source[i * stride];
                        }
                      });
  }

  static cuda::Strides CudaRead(const Call& call) {
    return CudaStrides(call.out().sizes(), Permuted(call));
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    const std::vector<int64_t>& order = y.node().attributes.Ints("order");
    std::vector<int64_t> inverse(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      inverse[order[i]] = static_cast<int64_t>(i);
    }
    return {Transpose(dy, inverse)};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const std::vector<int64_t>& order = call.attributes.Ints("order");
    Doubles y;
    for (const Index& to : IndicesOf(call.out())) {
      Index from(to.size());
      for (size_t i = 0; i < order.size(); ++i) from[order[i]] = to[i];
      y.push_back(inputs[0].data[Position(call.in(0), from)]);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return SamplesWith<Index>(
        [](const Tensor& x, const Index& order) { return Transpose(x, order); },
        {{{3, 5}, {}},
         {{1, 4}, {}},
         {{0, 2}, {}},
         {{}, {}},
         {{200, 60}, {}},
         {{2, 3, 4}, {1, 2, 0}},
         {{2, 3, 4}, {0, -1, 1}},
         {{2, 3, 2, 3}, {2, 3, 0, 1}}});
  }
};

constexpr Op kTranspose = MakeOp<TransposeRule>();

Tensor Transpose(Operand x, std::vector<int64_t> order) {
  if (order.empty()) {
    order.resize(RankOf(x));
    std::iota(order.rbegin(), order.rend(), 0);
  }
  for (int64_t& axis : order) axis = FromFirst(x, axis);
  return Record(kTranspose, {x}, {{"order", std::move(order)}});
}

}  // namespace autodiff
