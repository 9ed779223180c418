#include <algorithm>
#include <numeric>

#include "absl/status/status.h"
#include "autodiff/ops.h"
#include "autodiff/ops/ranking.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// y[r, i] = index of the i-th smallest element of row r.
struct ArgSortRule {
  static constexpr char kName[] = "arg_sort";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0).rank() >= 1 &&
        call.inputs[0].element == ElementType::kReal) {
      return TensorType{call.in(0), ElementType::kIndex};
    }
    return absl::InvalidArgumentError("needs reals with at least one axis");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.in(0));
    return {[rows](const Buffers& b) {
      for (int64_t row = 0; row < rows.count; ++row) {
        int32_t* const first = b.Out<int32_t>() + row * rows.size;
        std::iota(first, first + rows.size, 0);
        const T* const x = b.In<T>(0) + row * rows.size;
        std::sort(first, first + rows.size, ComesBefore<T, false>{x});
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  // How many elements come before each.
  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const int64_t n = call.in(0)[-1];
    std::vector<double> y(call.out().elements());
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      const double* const x = inputs[0].data.data() + i / n * n;
      int64_t rank = 0;
      for (int64_t j = 0; j < n; ++j) {
        rank += x[j] < x[i % n] || (x[j] == x[i % n] && j < i % n) ? 1 : 0;
      }
      y[i / n * n + rank] = static_cast<double>(i % n);
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return ArgSort(x[0]); };
    return {{"vector", {{{17}}}, record},
            {"rows", {{{3, 5}}}, record},
            {"ties",
             {{{4, 9}}},
             [](const Tensors& x) { return ArgSort(Less(0, x[0])); }},
            {"none", {{{0, 5}}}, record}};
  }
};

}  // namespace

constexpr Op kArgSort = MakeOp<ArgSortRule>();

Tensor ArgSort(Operand x) { return Record(kArgSort, {x}); }

}  // namespace autodiff
