#include <numeric>

#include "autodiff/ops/cuda_rule.h"

namespace autodiff {

// y[r, i] = index of the i-th largest element of row r, i < k.
struct TopKRule : NoGradient {
  static constexpr char kName[] = "top_k";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    const int64_t k = call.attributes.Int("k");
    if (!IsIndex(call, 0) && call.in(0).rank() >= 1 && k >= 0 &&
        k <= call.in(0)[-1]) {
      return TensorType{Replace(call.in(0), 1, {k}), ElementType::kIndex};
    }
    return Refuse("needs reals whose last axis has at least k = ", k,
                  " elements");
  }

  // True if element a comes before b: by value, equal values by index, NaN
  // last.
  template <typename T>
  static bool ComesBefore(const T* x, int32_t a, int32_t b) {
    const bool a_is_nan = x[a] != x[a], b_is_nan = x[b] != x[b];
    if (a_is_nan != b_is_nan) return b_is_nan;
    return x[a] > x[b] || (!(x[a] < x[b]) && a < b);
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.in(0));
    const int64_t k = call.attributes.Int("k");
    const auto body = [=](const Buffers& b, int64_t row) {
      const T* const x = b.In<T>(0) + row * n;
      auto* const order = static_cast<int32_t*>(b.workspace);
      const auto before = [x](int32_t i, int32_t j) {
        return ComesBefore(x, i, j);
      };
      std::iota(order, order + n, 0);
      std::nth_element(order, order + k, order + n, before);
      std::sort(order, order + k, before);
      std::copy_n(order, k, b.Out<int32_t>() + row * k);
    };
    Kernel kernel = ForEachRow(count, 20. + 10 * n, body);
    kernel.workspace_bytes = n * sizeof(int32_t);
    return kernel;
  }

  // How many elements come before each.
  static CudaKernel Cuda(const Call& call) {
    return CudaThreads(call, call.in(0).elements(), [=](const Buffers& b) {
      const auto [count, n] = RowsOf(call.in(0));
      return cuda::TopKArguments{.x = CudaInput<float>(call, b, 0),
                                 .y = CudaOutput<int32_t>(call, b),
                                 .count = static_cast<int>(count),
                                 .size = static_cast<int>(n),
                                 .k = static_cast<int>(call.out()[-1])};
    });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const int64_t n = call.in(0)[-1], k = call.out()[-1];
    Doubles y(call.out().elements());
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
        {"sorted", {{{3, 5}}}, [](const Tensors& x) { return ArgSort(x[0]); }},
        {"none", {{{2, 5}}}, [](const Tensors& x) { return TopK(x[0], 0); }}};
  }
};

constexpr Op kTopK = MakeOp<TopKRule>();

Tensor TopK(Operand x, int64_t k) { return Record(kTopK, {x}, {{"k", k}}); }

}  // namespace autodiff
