#include "autodiff/ops/formulas.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// Ordinary rows, rows of one, no rows, several parts, and large elements.
std::vector<Sample> SoftmaxSamples(Tensor (*op)(Operand)) {
  const auto record = [op](const Tensors& x) { return op(x[0]); };
  return {{"rows", {{{3, 11}}}, record},
          {"three axes", {{{2, 3, 4}}}, record},
          {"rows of one", {{{3, 1}}}, record},
          {"no rows", {{{0, 4}}}, record},
          {"many rows", {{{1500, 3}}}, record},
          {"far from zero", {{{2, 5}, 500, 504}}, record}};
}

}  // namespace

// y_i = exp(x_i − max x) / Σ_j exp(x_j − max x),
// dx = y (dy − Σ_j y_j dy_j), an op of its own.
struct SoftmaxRule : RowWise {
  static constexpr char kName[] = "softmax";
  static constexpr RowFormula kRowFormula = RowFormula::kSoftmax;

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows r = RowsOf(call.out());
    return ForEachGroup(
        r, 20. + r.size,
        [n = r.size](const Buffers& b, int64_t first, int64_t rows) {
          const T* const x = b.In<T>(0) + first * n;
          T* const y = b.Out<T>() + first * n;
          T max[kGroup], sum[kGroup];
          for (int64_t i = 0; i < rows; ++i) max[i] = MaxOfRow(n, x + i * n);
          for (int64_t i = 0; i < rows; ++i) {
            const Lanes<T> largest(max[i]);
            MapRow(
                n, [&](Lanes<T> a) { return Exp(a - largest); }, y + i * n,
                x + i * n);
          }
          for (int64_t i = 0; i < rows; ++i) sum[i] = SumOfRow(n, y + i * n);
          for (int64_t i = 0; i < rows; ++i) {
            const Lanes<T> scale(1 / sum[i]);
            MapRow(
                n, [&](Lanes<T> a) { return a * scale; }, y + i * n, y + i * n);
          }
        });
  }

  static Tensor Unfused(const Tensors& x, const Attributes&) {
    const Tensor e = Exp(x[0] - Max(x[0], {-1}, true));
    return e / Sum(e, {-1}, true);
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    return {SoftmaxGradient(y, dy)};
  }

  static std::vector<Sample> Samples() { return SoftmaxSamples(Softmax); }
};

struct SoftmaxGradientRule : RowWise {
  static constexpr char kName[] = "softmax_gradient";
  static constexpr RowFormula kRowFormula = RowFormula::kSoftmaxGradient;
  static constexpr double kValueUnits = 2;

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows r = RowsOf(call.out());
    return ForEachGroup(
        r, 10. + r.size / 4.,
        [n = r.size](const Buffers& b, int64_t first, int64_t rows) {
          const T* const y = b.In<T>(0) + first * n;
          const T* const dy = b.In<T>(1) + first * n;
          T* const dx = b.Out<T>() + first * n;
          T weighted[kGroup];
          for (int64_t i = 0; i < rows; ++i) {
            weighted[i] = SumOfRow(
                n, [](Lanes<T> p, Lanes<T> d) { return p * d; }, y + i * n,
                dy + i * n);
          }
          for (int64_t i = 0; i < rows; ++i) {
            const Lanes<T> mean(weighted[i]);
            MapRow(
                n, [&](Lanes<T> p, Lanes<T> d) { return p * (d - mean); },
                dx + i * n, y + i * n, dy + i * n);
          }
        });
  }

  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return x[0] * (x[1] - Sum(x[0] * x[1], {-1}, true));
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return SoftmaxGradient(x[0], x[1]);
    };
    return {{"rows", {{{2, 3, 11}}, {{2, 3, 11}}}, record},
            {"one row", {{{1}}, {{1}}}, record},
            {"no rows", {{{0, 4}}, {{0, 4}}}, record},
            {"one input twice", {{{2, 5}}}, [](const Tensors& x) {
               return SoftmaxGradient(x[0], x[0]);
             }}};
  }
};

// y_i = (x_i − max x) − log Σ_j exp(x_j − max x),
// dx = dy − exp(y) Σ_j dy_j.
struct LogSoftmaxRule : RowWise {
  static constexpr char kName[] = "log_softmax";
  static constexpr RowFormula kRowFormula = RowFormula::kLogSoftmax;

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

// y = −Σ p log softmax(x) over the last axis, which it drops:
// y = (max x + log Σ exp(x − max x)) Σ p − Σ p x,
// dp = −log softmax(x) dy,  dx = (softmax(x) Σ p − p) dy.
struct CrossEntropyRule {
  static constexpr char kName[] = "cross_entropy";
  static constexpr RowFormula kRowFormula = RowFormula::kCrossEntropy;

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
      // No elements: 0, not log 0 times 0.
      b.Out<T>()[row] = n == 0 ? 0 : std::log(sum) * SumOfRow(n, p) - product;
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
            {"no rows", {{{0, 4}}, {{0, 4}}}, record},
            {"rows of nothing", {{{3, 0}}, {{3, 0}}}, record}};
  }
};

constexpr Op kSoftmax = MakeOp<SoftmaxRule>();
constexpr Op kSoftmaxGradient = MakeOp<SoftmaxGradientRule>();
constexpr Op kLogSoftmax = MakeOp<LogSoftmaxRule>();
constexpr Op kCrossEntropy = MakeOp<CrossEntropyRule>();

Tensor Softmax(Operand x) { return Record(kSoftmax, {x}); }

Tensor SoftmaxGradient(Operand y, Operand dy) {
  return Record(kSoftmaxGradient, {y, dy});
}

Tensor LogSoftmax(Operand x) { return Record(kLogSoftmax, {x}); }

Tensor CrossEntropy(Operand probabilities, Operand logits) {
  return Record(kCrossEntropy, {probabilities, logits});
}

}  // namespace autodiff
