#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/strided_loop.h"

namespace autodiff {
namespace {

// y = x repeated along broadcast axes,  dx = Σ dy over them.
struct BroadcastToRule {
  static constexpr char kName[] = "broadcast_to";
  static constexpr bool kInPlace = false;

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const Shape target(call.attributes.Ints("sizes"));
    if (call.inputs[0].element == ElementType::kReal &&
        BroadcastShapes(call.in(0), target) == target) {
      return TensorType{target};
    }
    return absl::InvalidArgumentError(
        absl::StrCat("does not broadcast to ", target.ToString()));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const StridedLoop<2> loop(call.out(),
                              {BroadcastStrides(call.in(0), call.out()),
                               BroadcastStrides(call.out(), call.out())});
    return {[loop](const Buffers& b) {
      const int64_t n = loop.run_size();
      loop.ForEachRun([&](const StridedLoop<2>::Offsets& at) {
        const T* const from = b.In<T>(0) + at[0];
        T* const to = b.Out<T>() + at[1];
        if (loop.run_stride(0) == 0) {
          std::fill_n(to, n, *from);
        } else {
          std::copy_n(from, n, to);
        }
      });
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {SumToShape(dy, x[0].shape())};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const std::vector<int64_t> strides =
        BroadcastStrides(call.in(0), call.out());
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

}  // namespace

constexpr Op kBroadcastTo = MakeOp<BroadcastToRule>();

Tensor BroadcastTo(Operand x, const Shape& shape) {
  return Record(kBroadcastTo, {x}, {{"sizes", shape.sizes()}});
}

}  // namespace autodiff
