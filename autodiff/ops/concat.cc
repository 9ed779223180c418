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

// y = the parts one after the other along `axis`,  dx_i = its slice of dy.
struct ConcatRule {
  static constexpr char kName[] = "concat";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    const int64_t axis = call.attributes.Int("axis");
    if (axis < 0 || axis >= call.in(0).rank()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no axis ", axis));
    }
    int64_t size = 0;
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      const Shape& part = call.in(static_cast<int>(i));
      if (part.rank() != call.in(0).rank() ||
          WithSize(part, axis, 0) != WithSize(call.in(0), axis, 0)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "part ", i, " differs from part 0 in other axes than ", axis));
      }
      size += part.sizes()[axis];
    }
    return TensorType{WithSize(call.in(0), axis, size)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t axis = call.attributes.Int("axis");
    const int64_t before = CutAt(call.out(), axis).before;
    std::vector<int64_t> blocks;  // elements of each part's block
    for (const TensorType& part : call.inputs) {
      const AxisCut cut = CutAt(part.shape, axis);
      blocks.push_back(cut.size * cut.after);
    }
    return {[=](const Buffers& b) {
      T* to = b.Out<T>();
      for (int64_t i = 0; i < before; ++i) {
        for (size_t part = 0; part < blocks.size(); ++part) {
          const T* const from = b.In<T>(static_cast<int>(part));
          to = std::copy_n(from + i * blocks[part], blocks[part], to);
        }
      }
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const int64_t axis = y.node().attributes.Int("axis");
    Tensors dx;
    int64_t begin = 0;
    for (const Tensor& part : x) {
      const int64_t end = begin + part.shape().sizes()[axis];
      dx.push_back(Slice(dy, axis, begin, end));
      begin = end;
    }
    return dx;
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const int64_t axis = call.attributes.Int("axis");
    std::vector<double> y;
    for (int64_t i = 0; i < CutAt(call.out(), axis).before; ++i) {
      for (const Values& part : inputs) {
        const AxisCut cut = CutAt(part.type.shape, axis);
        for (int64_t j = 0; j < cut.size * cut.after; ++j) {
          y.push_back(part.data[i * cut.size * cut.after + j]);
        }
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"vectors",
             {{{3}}, {{4}}, {{0}}},
             [](const Tensors& x) {
               return Concat({x[0], x[1], x[2]}, 0);
             }},
            {"columns",
             {{{3, 2}}, {{3, 1}}},
             [](const Tensors& x) {
               return Concat({x[0], x[1]}, -1);
             }},
            {"a middle axis", {{{2, 3, 4}}, {{2, 1, 4}}}, [](const Tensors& x) {
               return Concat({x[0], x[1], x[0]}, 1);
             }}};
  }
};

}  // namespace

constexpr Op kConcat = MakeOp<ConcatRule>();

Tensor Concat(const std::vector<Operand>& parts, int64_t axis) {
  return Record(kConcat, parts, {{"axis", FromFirst(parts.front(), axis)}});
}

}  // namespace autodiff
