#include <algorithm>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/indexing.h"
#include "autodiff/ops/ranking.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// y[r, i] = index of the i-th largest element of row r, i < k.
struct TopKRule {
  static constexpr char kName[] = "top_k";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const int64_t k = call.attributes.Int("k");
    if (call.in(0).rank() >= 1 && k >= 0 && k <= call.in(0)[-1] &&
        call.inputs[0].element == ElementType::kReal) {
      return TensorType{Replace(call.in(0), 1, {k}), ElementType::kIndex};
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "needs reals whose last axis has at least k = ", k, " elements"));
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.in(0));
    const int64_t k = call.attributes.Int("k");
    const auto run = [rows, k](const Buffers& b) {
      auto* const order = static_cast<int32_t*>(b.workspace);
      for (int64_t row = 0; row < rows.count; ++row) {
        std::iota(order, order + rows.size, 0);
        const T* const x = b.In<T>(0) + row * rows.size;
        std::partial_sort(order, order + k, order + rows.size,
                          ComesBefore<T, true>{x});
        std::copy_n(order, k, b.Out<int32_t>() + row * k);
      }
    };
    return {.run = run, .workspace_bytes = rows.size * sizeof(int32_t)};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  // How many elements come before each.
  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const int64_t n = call.in(0)[-1], k = call.out()[-1];
    std::vector<double> y(call.out().elements());
    for (int64_t i = 0; i < call.in(0).elements(); ++i) {
      const double* const x = inputs[0].data.data() + i / n * n;
      int64_t rank = 0;
      for (int64_t j = 0; j < n; ++j) {
        rank += x[j] > x[i % n] || (x[j] == x[i % n] && j < i % n) ? 1 : 0;
      }
      if (rank < k) y[i / n * k + rank] = static_cast<double>(i % n);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return TopK(x[0], 3); };
    return {
        {"vector", {{{17}}}, record},
        {"rows", {{{3, 5}}}, record},
        {"all of them", {{{2, 3}}}, record},
        {"ties",
         {{{4, 9}}},
         [](const Tensors& x) { return TopK(Less(0, x[0]), 7); }},
        {"none", {{{2, 5}}}, [](const Tensors& x) { return TopK(x[0], 0); }}};
  }
};

}  // namespace

constexpr Op kTopK = MakeOp<TopKRule>();

Tensor TopK(Operand x, int64_t k) { return Record(kTopK, {x}, {{"k", k}}); }

}  // namespace autodiff
