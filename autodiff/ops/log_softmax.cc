#include "autodiff/ops/rows.h"

namespace autodiff {

// y_i = (x_i − max x) − log Σ_j exp(x_j − max x),
// dx = dy − exp(y) Σ_j dy_j.
struct LogSoftmaxRule : RowWise {
  static constexpr char kName[] = "log_softmax";

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.out());
    return ForEachRow(count, 20. + n, [=](const Buffers& b, int64_t row) {
      const T* const x = b.In<T>(0) + row * n;
      const Lanes<T> max(MaxOfRow(n, x));
      const T sum = SumOfRow(
          n, [&](Lanes<T> a) { return Exp(a - max); }, x);
      const Lanes<T> log_sum(std::log(sum));
      MapRow(
          n, [&](Lanes<T> a) { return (a - max) - log_sum; },
          b.Out<T>() + row * n, x);
    });
  }

  static Tensor Unfused(const Tensors& x, const Attributes&) {
    const Tensor shifted = x[0] - Max(x[0], {-1}, true);
    return shifted - Log(Sum(Exp(shifted), {-1}, true));
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {dy - Exp(y) * Sum(dy, {-1}, true)};
  }

  static std::vector<Sample> Samples() { return SoftmaxSamples(LogSoftmax); }
};

constexpr Op kLogSoftmax = MakeOp<LogSoftmaxRule>();

Tensor LogSoftmax(Operand x) { return Record(kLogSoftmax, {x}); }

}  // namespace autodiff
