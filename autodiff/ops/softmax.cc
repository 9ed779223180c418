#include "autodiff/ops/rows.h"

namespace autodiff {

// y_i = exp(x_i − max x) / Σ_j exp(x_j − max x),
// dx = y (dy − Σ_j y_j dy_j).
struct SoftmaxRule : RowWise {
  static constexpr char kName[] = "softmax";

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.out());
    return ForEachRow(count, 20. + n, [=](const Buffers& b, int64_t row) {
      const T* const x = b.In<T>(0) + row * n;
      T* const y = b.Out<T>() + row * n;
      const Lanes<T> max(MaxOfRow(n, x));
      const T sum = MapAndSumRow(
          n, [&](Lanes<T> a) { return Exp(a - max); }, y, x);
      const Lanes<T> scale(1 / sum);
      MapRow(
          n, [&](Lanes<T> a) { return a * scale; }, y, y);
    });
  }

  static Tensor Unfused(const Tensors& x, const Attributes&) {
    const Tensor e = Exp(x[0] - Max(x[0], {-1}, true));
    return e / Sum(e, {-1}, true);
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    const Tensor weighted = y * dy;
    return {weighted - y * Sum(weighted, {-1}, true)};
  }

  static std::vector<Sample> Samples() { return SoftmaxSamples(Softmax); }
};

constexpr Op kSoftmax = MakeOp<SoftmaxRule>();

Tensor Softmax(Operand x) { return Record(kSoftmax, {x}); }

}  // namespace autodiff
