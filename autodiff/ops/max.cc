#include "autodiff/ops/reduction.h"

namespace autodiff {

constexpr double kLeast = -std::numeric_limits<double>::infinity();

// y = max x over `axes`,  dx = dy where x = y, shared evenly among ties.
struct MaxRule : Reduction {
  static constexpr char kName[] = "max";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    absl::StatusOr<TensorType> type = Reduction::InferShape(call);
    if (!type.ok() || call.in(0).elements() > 0) return type;
    if (type->shape.elements() == 0) return type;
    return Refuse("the largest of no elements");
  }

  // With T's larger, which is NaN if either is.
  template <typename T>
  static Kernel Value(const Call& call) {
    return Reduce<T>(call, kLeast,
                     [](int64_t n, const T* x, T* y, int64_t stride) {
                       for (int64_t i = 0; i < n; ++i) {
                         T& max = y[i * stride];
                         max = x[i] <= max ? max : max != max ? max : x[i];
                       }
                     });
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const std::vector<int64_t>& axes = y.node().attributes.Ints("axes");
    const Shape kept = KeptShape(x[0].shape(), axes);
    const Tensor largest = Equal(x[0], Reshape(y, kept.sizes()));
    const Tensor share = Reshape(dy, kept.sizes()) / Sum(largest, axes, true);
    return {largest * share};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    return Fold(call, inputs[0], kLeast,
                [](double a, double b) { return a >= b ? a : b; });
  }

  static std::vector<Sample> Samples() { return ReductionSamples(Max, false); }
};

constexpr Op kMax = MakeOp<MaxRule>();

Tensor Max(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kMax, x, std::move(axes), keep_axes);
}

}  // namespace autodiff
