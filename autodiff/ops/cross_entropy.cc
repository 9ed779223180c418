#include <cmath>

#include "absl/status/status.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"
#include "autodiff/ops/real.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// y = −Σ p log softmax(x) over the last axis, which it drops:
// y = (max x + log Σ exp(x − max x)) Σ p − Σ p x,
// dp = −log softmax(x) dy,  dx = (softmax(x) Σ p − p) dy.
struct CrossEntropyRule {
  static constexpr char kName[] = "cross_entropy";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    if (call.in(0) == call.in(1) && call.in(0).rank() >= 1) {
      return TensorType{Replace(call.in(0), 1, {})};
    }
    return absl::InvalidArgumentError(
        "needs probabilities and logits of one shape, with at least one axis");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.in(0));
    return {[rows](const Buffers& b) {
      for (int64_t row = 0; row < rows.count; ++row) {
        const T* const p = b.In<T>(0) + row * rows.size;
        const T* const x = b.In<T>(1) + row * rows.size;
        const T max = MaxOfRow(x, rows.size);
        const Lanes<T> shift(max);
        const T sum =
            SumOfRow(x, rows.size, [&](Lanes<T> a) { return Exp(a - shift); });
        // Both terms relative to max x, so that no large numbers cancel.
        const T product =
            SumOfRows(p, x, rows.size,
                      [&](Lanes<T> q, Lanes<T> a) { return q * (a - shift); });
        b.Out<T>()[row] = std::log(sum) * SumOfRow(p, rows.size) - product;
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    std::vector<int64_t> column = dy.shape().sizes();
    column.push_back(1);
    const Tensor d = Reshape(dy, column);
    return {-LogSoftmax(x[1]) * d,
            (Softmax(x[1]) * Sum(x[0], {-1}, true) - x[0]) * d};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const Rows rows = RowsOf(call.in(0));
    std::vector<double> y;
    for (int64_t row = 0; row < rows.count; ++row) {
      const double* const p = inputs[0].data.data() + row * rows.size;
      const double* const x = inputs[1].data.data() + row * rows.size;
      double sum = 0, total = 0;
      for (int64_t i = 0; i < rows.size; ++i) sum += std::exp(x[i] - x[0]);
      for (int64_t i = 0; i < rows.size; ++i) {
        total -= p[i] * (x[i] - x[0] - std::log(sum));
      }
      y.push_back(total);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return CrossEntropy(x[0], x[1]);
    };
    return {{"one row", {{{5}, 0, 1}, {{5}}}, record},
            {"rows", {{{2, 3, 11}, 0, 1}, {{2, 3, 11}}}, record},
            {"far from zero", {{{2, 9}, 0, 1}, {{2, 9}, 500, 504}}, record},
            {"no rows", {{{0, 4}}, {{0, 4}}}, record}};
  }
};

}  // namespace

constexpr Op kCrossEntropy = MakeOp<CrossEntropyRule>();

Tensor CrossEntropy(Operand probabilities, Operand logits) {
  return Record(kCrossEntropy, {probabilities, logits});
}

}  // namespace autodiff
