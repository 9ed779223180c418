#include "autodiff/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y_i = exp(x_i − max x) / Σ_j exp(x_j − max x),
// dx = y (dy − Σ_j y_j dy_j).
struct SoftmaxRule : RowWise {
  static constexpr char kName[] = "softmax";

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.out());
    return {[rows](const Buffers& b) {
      for (int64_t row = 0; row < rows.count; ++row) {
        const T* const x = b.In<T>(0) + row * rows.size;
        T* const y = b.Out<T>() + row * rows.size;
        const Lanes<T> max(MaxOfRow(x, rows.size));
        const T sum = MapAndSumRow(x, rows.size, y,
                                   [&](Lanes<T> a) { return Exp(a - max); });
        const Lanes<T> scale(1 / sum);
        MapRow(y, rows.size, y, [&](Lanes<T> a) { return a * scale; });
      }
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors&, const Tensor& dy) {
    const Tensor weighted = y * dy;
    return {weighted - y * Sum(weighted, {-1}, true)};
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
      for (int64_t i = 0; i < rows.size; ++i) {
        first[i] = std::exp(first[i] - max) / sum;
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() { return SoftmaxSamples(Softmax); }
};

}  // namespace

std::vector<Sample> SoftmaxSamples(Tensor (*op)(Operand)) {
  const auto record = [op](const Tensors& x) { return op(x[0]); };
  return {{"rows", {{{3, 11}}}, record},
          {"three axes", {{{2, 3, 4}}}, record},
          {"rows of one", {{{3, 1}}}, record},
          {"no rows", {{{0, 4}}}, record},
          {"far from zero", {{{2, 5}, 500, 504}}, record}};
}

constexpr Op kSoftmax = MakeOp<SoftmaxRule>();

Tensor Softmax(Operand x) { return Record(kSoftmax, {x}); }

}  // namespace autodiff
