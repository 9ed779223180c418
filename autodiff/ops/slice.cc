#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/ops/axis.h"
#include "autodiff/ops/real.h"

namespace autodiff {
namespace {

// y = x[…, begin : end, …] along `axis`,  dx = dy between zeros.
struct SliceRule {
  static constexpr char kName[] = "slice";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const int64_t axis = call.attributes.Int("axis");
    const int64_t begin = call.attributes.Int("begin");
    const int64_t end = call.attributes.Int("end");
    if (axis < 0 || axis >= call.in(0).rank()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no axis ", axis));
    }
    const int64_t size = call.in(0).sizes()[axis];
    if (0 <= begin && begin <= end && end <= size) {
      return TensorType{WithSize(call.in(0), axis, end - begin)};
    }
    return absl::InvalidArgumentError(absl::StrCat("[", begin, ", ", end,
                                                   ") is not inside axis ",
                                                   axis, " of size ", size));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const AxisCut from = CutAt(call.in(0), call.attributes.Int("axis"));
    const int64_t block = from.size * from.after;
    const int64_t skip = call.attributes.Int("begin") * from.after;
    const int64_t n =
        (call.attributes.Int("end") - call.attributes.Int("begin")) *
        from.after;
    return {[=, before = from.before](const Buffers& b) {
      for (int64_t i = 0; i < before; ++i) {
        std::copy_n(b.In<T>(0) + i * block + skip, n, b.Out<T>() + i * n);
      }
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Attributes& at = y.node().attributes;
    const int64_t axis = at.Int("axis");
    const Shape& whole = x[0].shape();
    Graph& graph = dy.graph();
    const auto zeros = [&](int64_t size) {
      return BroadcastTo(graph.Constant({0}), WithSize(whole, axis, size));
    };
    return {Concat({zeros(at.Int("begin")), dy,
                    zeros(whole.sizes()[axis] - at.Int("end"))},
                   axis)};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const AxisCut to = CutAt(call.out(), call.attributes.Int("axis"));
    const AxisCut from = CutAt(call.in(0), call.attributes.Int("axis"));
    std::vector<double> y;
    for (int64_t i = 0; i < to.before; ++i) {
      for (int64_t j = 0; j < to.size; ++j) {
        for (int64_t k = 0; k < to.after; ++k) {
          const int64_t at = j + call.attributes.Int("begin");
          y.push_back(inputs[0].data[(i * from.size + at) * from.after + k]);
        }
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    struct Case {
      Shape shape;
      int64_t axis, begin, end;
    };
    std::vector<Sample> samples;
    for (const Case& c : {Case{{7}, 0, 2, 5}, Case{{4, 3}, 0, 1, 3},
                          Case{{4, 3}, 1, 0, 2}, Case{{2, 5, 3}, 1, 4, 5},
                          Case{{2, 5, 3}, -1, 0, 3}, Case{{2, 3}, 1, 2, 2}}) {
      samples.push_back(
          {absl::StrCat(c.shape.ToString(), " case ", samples.size()),
           {{c.shape}},
           [c](const Tensors& x) {
             return Slice(x[0], c.axis, c.begin, c.end);
           }});
    }
    return samples;
  }
};

}  // namespace

constexpr Op kSlice = MakeOp<SliceRule>();

Tensor Slice(Operand x, int64_t axis, int64_t begin, int64_t end) {
  return Record(kSlice, {x},
                {{"axis", FromFirst(x, axis)}, {"begin", begin}, {"end", end}});
}

}  // namespace autodiff
