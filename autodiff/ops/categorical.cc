#include "autodiff/ops/cuda_rule.h"

namespace autodiff {

// First j with p_0 + … + p_j > u Σp; if rounding leaves none, the last j with
// p_j > 0. An outcome of probability zero is never drawn.
struct CategoricalRule : NoGradient {
  static constexpr char kName[] = "categorical";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (!IsIndex(call, 0) && !IsIndex(call, 1) && call.in(0).rank() >= 1 &&
        call.in(1).rank() >= 1 && call.in(0)[-1] > 0 &&
        Replace(call.in(0), 1, {}) == Replace(call.in(1), 1, {})) {
      return TensorType{call.in(1), ElementType::kIndex};
    }
    return Refuse(
        "needs probabilities [..., n] and uniforms [..., k] with n ≥ 1 and "
        "equal leading axes");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.in(0)[-1], k = call.in(1)[-1];
    return ForEachRow(call.out().elements(), 5. + 3. * n,
                      [=](const Buffers& b, int64_t i) {
                        const T* const p = b.In<T>(0) + i / k * n;
                        b.Out<int32_t>()[i] = Draw(p, n, b.In<T>(1)[i]);
                      });
  }

  template <typename T>
  static int32_t Draw(const T* p, int64_t n, T u) {
    T total = 0;
    for (int64_t j = 0; j < n; ++j) total += p[j];
    T sum = 0;
    int64_t last = 0;
    for (int64_t j = 0; j < n; ++j) {
      if (!(p[j] > 0)) continue;
      sum += p[j];
      last = j;
      if (sum > u * total) break;
    }
    return static_cast<int32_t>(last);
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaThreads(call, call.out().elements(), [=](const Buffers& b) {
      return cuda::CategoricalArguments{
          .p = CudaInput<float>(call, b, 0),
          .uniform = CudaInput<float>(call, b, 1),
          .y = CudaOutput<int32_t>(call, b),
          .size = static_cast<int>(call.in(0)[-1]),
          .draws = static_cast<int>(call.in(1)[-1])};
    });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const int64_t n = call.in(0)[-1], k = call.in(1)[-1];
    Doubles y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      const double* const p = inputs[0].data.data() + i / k * n;
      double total = 0, sum = p[0];
      for (int64_t j = 0; j < n; ++j) total += p[j];
      int64_t j = 0;
      while (sum <= inputs[1].data[i] * total) sum += p[++j];
      y.push_back(static_cast<double>(j));
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return Categorical(x[0], x[1]);
    };
    return {{"vector", {{{5}, 0, 1}, {{7}, 0, 1}}, record},
            {"rows", {{{3, 5}, 0, 1}, {{3, 4}, 0, 1}}, record},
            {"one outcome", {{{3, 1}, 0.1, 1}, {{3, 2}, 0, 1}}, record},
            {"none", {{{3, 5}, 0, 1}, {{3, 0}, 0, 1}}, record}};
  }
};

constexpr Op kCategorical = MakeOp<CategoricalRule>();

Tensor Categorical(Operand probabilities, Operand uniform) {
  return Record(kCategorical, {probabilities, uniform});
}

}  // namespace autodiff
