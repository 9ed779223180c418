#include <algorithm>
#include <limits>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/reduction.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// y = max x over `axes`,  dx = dy where x = y, shared evenly among ties.
struct MaxRule : Reduction {
  static constexpr char kName[] = "max";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    absl::StatusOr<TensorType> type = Reduction::InferShape(call);
    if (!type.ok() || call.in(0).elements() > 0) return type;
    return absl::InvalidArgumentError("the largest of no elements");
  }

  // With T's larger, which is NaN if either is.
  template <typename T>
  static Kernel Value(const Call& call) {
    const StridedLoop<2> loop = Loop(call);
    const int64_t size = call.out().elements();
    return {[loop, size](const Buffers& b) {
      const int64_t n = loop.run_size();
      std::fill_n(b.Out<T>(), size, -std::numeric_limits<T>::infinity());
      loop.ForEachRun([&](const StridedLoop<2>::Offsets& at) {
        const T* const x = b.In<T>(0) + at[0];
        T* const y = b.Out<T>() + at[1];
        const int64_t stride = loop.run_stride(1);
        for (int64_t i = 0; i < n; ++i) {
          T& max = y[i * stride];
          max = x[i] <= max ? max : max != max ? max : x[i];
        }
      });
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const std::vector<int64_t>& axes = y.node().attributes.Ints("axes");
    const Shape kept = KeptShape(x[0].shape(), axes);
    const Tensor largest = Equal(x[0], Reshape(y, kept.sizes()));
    const Tensor share =
        Reshape(dy, kept.sizes()) / Reshape(Sum(largest, axes), kept.sizes());
    return {largest * share};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    return Fold(call, inputs[0], -std::numeric_limits<double>::infinity(),
                [](double a, double b) { return a >= b ? a : b; });
  }

  static std::vector<Sample> Samples() { return ReductionSamples(Max, false); }
};

}  // namespace

constexpr Op kMax = MakeOp<MaxRule>();

Tensor Max(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kMax, x, std::move(axes), keep_axes);
}

}  // namespace autodiff
