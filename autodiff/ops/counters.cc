#include "autodiff/ops/cuda_rule.h"

namespace autodiff {

// y = count + 1.
struct IncrementRule : NoGradient {
  static constexpr char kName[] = "increment";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (!IsIndex(call, 0)) return Refuse("needs indices");
    return call.inputs[0];
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    return ForEachRow(
        call.out().elements(), 1, [](const Buffers& b, int64_t i) {
          b.Out<uint32_t>()[i] = b.In<uint32_t>(0)[i] + 1;  // may wrap around
        });
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaThreads(call, call.out().elements(), [=](const Buffers& b) {
      return cuda::IncrementArguments{.x = CudaInput<uint32_t>(call, b, 0),
                                      .y = CudaOutput<uint32_t>(call, b)};
    });
  }

  static Doubles Oracle(const Call&, absl::Span<const Values> inputs) {
    Doubles y = inputs[0].data;
    for (double& count : y) ++count;
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"counts",
             {{{3, 2}, -5, 1000, ElementType::kIndex}},
             [](const Tensors& x) { return Increment(x[0]); }}};
  }
};

// y = 1 − decay^count, written −expm1(count · log decay): in float the
// difference would lose its digits at small counts.
struct BiasCorrectionRule : NoGradient {
  static constexpr char kName[] = "bias_correction";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (!IsIndex(call, 0)) return Refuse("needs indices");
    return TensorType{call.in(0)};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const double log_decay = std::log(call.attributes.Real("decay"));
    return ForEachRow(
        call.out().elements(), 30, [=](const Buffers& b, int64_t i) {
          b.Out<T>()[i] =
              static_cast<T>(-std::expm1(b.In<int32_t>(0)[i] * log_decay));
        });
  }

  static CudaKernel Cuda(const Call& call) {
    return CudaThreads(call, call.out().elements(), [=](const Buffers& b) {
      return cuda::BiasCorrectionArguments{
          .count = CudaInput<int32_t>(call, b, 0),
          .y = CudaOutput<float>(call, b),
          .log_decay = std::log(call.attributes.Real("decay"))};
    });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    Doubles y = inputs[0].data;
    for (double& x : y) x = 1 - std::pow(call.attributes.Real("decay"), x);
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"counts",
             {{{3, 2}, 1, 1000, ElementType::kIndex}},
             [](const Tensors& x) { return BiasCorrection(x[0], 0.999); }}};
  }
};

constexpr Op kIncrement = MakeOp<IncrementRule>();
constexpr Op kBiasCorrection = MakeOp<BiasCorrectionRule>();

Tensor Increment(Operand count) { return Record(kIncrement, {count}); }

Tensor BiasCorrection(Operand count, double decay) {
  return Record(kBiasCorrection, {count}, {{"decay", decay}});
}

}  // namespace autodiff
