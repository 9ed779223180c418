#include "autodiff/ops/rule.h"

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

constexpr Op kIncrement = MakeOp<IncrementRule>();

Tensor Increment(Operand count) { return Record(kIncrement, {count}); }

}  // namespace autodiff
