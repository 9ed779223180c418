#include "absl/status/status.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// (seed, run) → (seed, run + 1), where run is 64 bits in two int32.
struct AdvanceRandomRule {
  static constexpr char kName[] = "advance_random";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0) == Shape{4} &&
        call.inputs[0].element == ElementType::kIndex) {
      return call.inputs[0];
    }
    return absl::InvalidArgumentError(
        "needs a random state, which is [4] of indices");
  }

  template <typename T>
  static Kernel Value(const Call&) {
    return {[](const Buffers& b) {
      const int32_t* const state = b.In<int32_t>(0);
      const uint32_t low = static_cast<uint32_t>(state[2]) + 1;
      const uint32_t carry = low == 0 ? 1 : 0;
      const int32_t next[4] = {
          state[0], state[1], static_cast<int32_t>(low),
          static_cast<int32_t>(static_cast<uint32_t>(state[3]) + carry)};
      std::copy_n(next, 4, b.Out<int32_t>());
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  static std::vector<double> Oracle(const Call&,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y = inputs[0].data;
    if (++y[2] == 0) ++y[3];  // −1 is the last value of the low word
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return AdvanceRandom(x[0]); };
    return {{"no carry", {{{4}, 0, 1000, ElementType::kIndex}}, record},
            {"carry", {{{4}, -1, 0, ElementType::kIndex}}, record}};
  }
};

}  // namespace

constexpr Op kAdvanceRandom = MakeOp<AdvanceRandomRule>();

Tensor AdvanceRandom(Operand random_state) {
  return Record(kAdvanceRandom, {random_state});
}

}  // namespace autodiff
