#include "autodiff/ops/reduction.h"

namespace autodiff {

// y = Σ x over `axes`,  dx = dy repeated along them.
struct SumRule : Reduction {
  static constexpr char kName[] = "sum";

  template <typename T>
  static Kernel Value(const Call& call) {
    return Reduce<T>(call, 0, [](int64_t n, const T* x, T* y, int64_t stride) {
      if (stride == 0) {
        *y += SumOfRow(n, x);
      } else {
        MapRow(
            n, [](Lanes<T> a, Lanes<T> b) { return a + b; }, y, x, y);
      }
    });
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    const Shape kept =
        KeptShape(x[0].shape(), y.node().attributes.Ints("axes"));
    return {BroadcastTo(Reshape(dy, kept.sizes()), x[0].shape())};
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    return Fold(call, inputs[0], 0, [](double a, double b) { return a + b; });
  }

  static std::vector<Sample> Samples() { return ReductionSamples(Sum, true); }
};

constexpr Op kSum = MakeOp<SumRule>();

Tensor Sum(Operand x, std::vector<int64_t> axes, bool keep_axes) {
  return RecordReduction(kSum, x, std::move(axes), keep_axes);
}

}  // namespace autodiff
