#include <algorithm>
#include <cmath>

#include "autodiff/ops.h"
#include "autodiff/ops/softmax.h"

namespace autodiff {
namespace {

// y_i = (x_i − max x) − log Σ_j exp(x_j − max x),
// dx = dy − exp(y) Σ_j dy_j.
struct LogSoftmaxRule : RowWise {
  static constexpr char kName[] = "log_softmax";

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.out());
    return {[rows](const Buffers& b) {
      for (int64_t row = 0; row < rows.count; ++row) {
        const T* const x = b.In<T>(0) + row * rows.size;
        const Lanes<T> max(MaxOfRow(x, rows.size));
        const T sum =
            SumOfRow(x, rows.size, [&](Lanes<T> a) { return Exp(a - max); });
        const Lanes<T> log_sum(std::log(sum));
        MapRow(x, rows.size, b.Out<T>() + row * rows.size,
               [&](Lanes<T> a) { return (a - max) - log_sum; });
      }
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {dy - Exp(y) * Sum(dy, {-1}, true)};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const Rows rows = RowsOf(call.out());
    std::vector<double> y = inputs[0].data;
    for (int64_t row = 0; row < rows.count; ++row) {
      double* const first = y.data() + row * rows.size;
      const double max = *std::max_element(first, first + rows.size);
      double sum = 0;
      for (int64_t i = 0; i < rows.size; ++i) sum += std::exp(first[i] - max);
      for (int64_t i = 0; i < rows.size; ++i) first[i] -= max + std::log(sum);
    }
    return y;
  }

  static std::vector<Sample> Samples() { return SoftmaxSamples(LogSoftmax); }
};

}  // namespace

constexpr Op kLogSoftmax = MakeOp<LogSoftmaxRule>();

Tensor LogSoftmax(Operand x) { return Record(kLogSoftmax, {x}); }

}  // namespace autodiff
