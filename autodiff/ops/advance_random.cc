#include "autodiff/ops/rule.h"

namespace autodiff {

// (seed, run) → (seed, run + 1), where run is 64 bits in two int32.
struct AdvanceRandomRule : NoGradient {
  static constexpr char kName[] = "advance_random";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0) == Shape{4} && IsIndex(call, 0)) return call.inputs[0];
    return Refuse("needs a random state, which is [4] of indices");
  }

  template <typename T>
  static Kernel Value(const Call&) {
    return {[](const Buffers& b) {
      std::copy_n(b.In<int32_t>(0), 4, b.Out<int32_t>());
      uint32_t* const run = b.Out<uint32_t>() + 2;
      if (++run[0] == 0) ++run[1];
    }};
  }

  static Doubles Oracle(const Call&, absl::Span<const Values> inputs) {
    Doubles y = inputs[0].data;
    if (++y[2] == 0) ++y[3];  // −1 is the last value of the low word
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return AdvanceRandom(x[0]); };
    return {{"no carry", {{{4}, 0, 1000, ElementType::kIndex}}, record},
            {"carry", {{{4}, -1, 0, ElementType::kIndex}}, record}};
  }
};

constexpr Op kAdvanceRandom = MakeOp<AdvanceRandomRule>();

Tensor AdvanceRandom(Operand random_state) {
  return Record(kAdvanceRandom, {random_state});
}

}  // namespace autodiff
