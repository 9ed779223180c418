#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/real.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {
namespace {

// For each axis of y, how far apart its elements are in x.
std::vector<int64_t> StridesInInput(const Call& call) {
  const std::vector<int64_t> strides = BroadcastStrides(call.in(0), call.in(0));
  std::vector<int64_t> permuted;
  for (int64_t axis : call.attributes.Ints("order")) {
    permuted.push_back(strides[axis]);
  }
  return permuted;
}

// y's axis i is x's axis order[i]; dx has dy's axes in the inverse order.
struct TransposeRule {
  static constexpr char kName[] = "transpose";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const std::vector<int64_t>& order = call.attributes.Ints("order");
    std::vector<int64_t> all(call.in(0).rank());
    std::iota(all.begin(), all.end(), 0);
    if (!std::is_permutation(all.begin(), all.end(), order.begin(),
                             order.end())) {
      return absl::InvalidArgumentError("the order must name each axis once");
    }
    std::vector<int64_t> sizes;
    for (int64_t axis : order) sizes.push_back(call.in(0)[axis]);
    return TensorType{Shape(sizes)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const StridedLoop<2> loop(
        call.out(),
        {StridesInInput(call), BroadcastStrides(call.out(), call.out())});
    return {[loop](const Buffers& b) {
      const int64_t n = loop.run_size(), stride = loop.run_stride(0);
      loop.ForEachRun([&](const StridedLoop<2>::Offsets& at) {
        const T* const x = b.In<T>(0) + at[0];
        T* const y = b.Out<T>() + at[1];
        for (int64_t i = 0; i < n; ++i) y[i] = x[i * stride];
      });
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    const std::vector<int64_t>& order = y.node().attributes.Ints("order");
    std::vector<int64_t> inverse(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      inverse[order[i]] = static_cast<int64_t>(i);
    }
    return {Transpose(dy, inverse)};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const std::vector<int64_t> strides = StridesInInput(call);
    std::vector<double> y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      int64_t rest = i, at = 0;
      for (int axis = call.out().rank() - 1; axis >= 0; --axis) {
        at += rest % call.out()[axis] * strides[axis];
        rest /= call.out()[axis];
      }
      y.push_back(inputs[0].data[at]);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    struct Case {
      Shape shape;
      std::vector<int64_t> order;
    };
    std::vector<Sample> samples;
    for (const Case& c :
         {Case{{3, 5}, {}}, Case{{1, 4}, {}}, Case{{0, 2}, {}}, Case{{}, {}},
          Case{{2, 3, 4}, {1, 2, 0}}, Case{{2, 3, 4}, {0, -1, 1}},
          Case{{2, 3, 2, 3}, {2, 3, 0, 1}}}) {
      samples.push_back(
          {absl::StrCat(c.shape.ToString(), " case ", samples.size()),
           {{c.shape}},
           [c](const Tensors& x) { return Transpose(x[0], c.order); }});
    }
    return samples;
  }
};

}  // namespace

constexpr Op kTranspose = MakeOp<TransposeRule>();

Tensor Transpose(Operand x, std::vector<int64_t> order) {
  const int64_t rank = x.is_number() ? 0 : x.tensor().shape().rank();
  if (order.empty()) {
    for (int64_t axis = rank - 1; axis >= 0; --axis) order.push_back(axis);
  }
  for (int64_t& axis : order) axis += axis < 0 ? rank : 0;
  return Record(kTranspose, {x}, {{"order", std::move(order)}});
}

}  // namespace autodiff
