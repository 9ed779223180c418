#include "autodiff/ops/rows.h"

namespace autodiff {

// y = −Σ p log softmax(x) over the last axis, which it drops:
// y = (max x + log Σ exp(x − max x)) Σ p − Σ p x,
// dp = −log softmax(x) dy,  dx = (softmax(x) Σ p − p) dy.
struct CrossEntropyRule {
  static constexpr char kName[] = "cross_entropy";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const absl::StatusOr<TensorType> rows = RowWise::InferShape(call);
    if (!rows.ok()) return rows;
    return TensorType{Replace(rows->shape, 1, {})};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.in(0));
    return ForEachRow(count, 20. + n, [=](const Buffers& b, int64_t row) {
      const T* const p = b.In<T>(0) + row * n;
      const T* const x = b.In<T>(1) + row * n;
      const Lanes<T> max(MaxOfRow(n, x));
      const T sum = SumOfRow(
          n, [&](Lanes<T> a) { return Exp(a - max); }, x);
      // Both terms relative to max x, so that no large numbers cancel.
      const T product = SumOfRow(
          n, [&](Lanes<T> q, Lanes<T> a) { return q * (a - max); }, p, x);
      b.Out<T>()[row] = std::log(sum) * SumOfRow(n, p) - product;
    });
  }

  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return -Sum(x[0] * LogSoftmax(x[1]), {-1});
  }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    const Tensor d = Reshape(dy, Replace(dy.shape(), 0, {1}).sizes());
    return {-LogSoftmax(x[1]) * d,
            (Softmax(x[1]) * Sum(x[0], {-1}, true) - x[0]) * d};
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

constexpr Op kCrossEntropy = MakeOp<CrossEntropyRule>();

Tensor CrossEntropy(Operand probabilities, Operand logits) {
  return Record(kCrossEntropy, {probabilities, logits});
}

}  // namespace autodiff
