#include "absl/status/status.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/philox.h"

namespace autodiff {
namespace {

// Block `block` of four draws: key = seed, counter = (block, stream, run).
PhiloxCounter Draw(const int32_t* state, uint32_t stream, int64_t block) {
  return Philox(
      {static_cast<uint32_t>(block), stream, static_cast<uint32_t>(state[2]),
       static_cast<uint32_t>(state[3])},
      {static_cast<uint32_t>(state[0]), static_cast<uint32_t>(state[1])});
}

// y_i = 2⁻²⁴ ⌊bits_i / 2⁸⌋ with bits_i from Philox4x32-10.
struct UniformRule {
  static constexpr char kName[] = "uniform";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0) == Shape{4} &&
        call.inputs[0].element == ElementType::kIndex) {
      return TensorType{Shape(call.attributes.Ints("sizes"))};
    }
    return absl::InvalidArgumentError(
        "needs a random state, which is [4] of indices");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto stream = static_cast<uint32_t>(call.attributes.Int("stream"));
    const int64_t n = call.out().elements();
    return {[=](const Buffers& b) {
      for (int64_t i = 0; i < n; i += 4) {
        const PhiloxCounter bits = Draw(b.In<int32_t>(0), stream, i / 4);
        for (int64_t j = i; j < std::min(i + 4, n); ++j) {
          b.Out<T>()[j] = static_cast<T>(UniformFromBits(bits[j - i]));
        }
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    int32_t state[4];
    for (int i = 0; i < 4; ++i) {
      state[i] = static_cast<int32_t>(inputs[0].data[i]);
    }
    const auto stream = static_cast<uint32_t>(call.attributes.Int("stream"));
    std::vector<double> y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      y.push_back(UniformFromBits(Draw(state, stream, i / 4)[i % 4]));
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const SampleInput state{{4}, -1000, 1000, ElementType::kIndex};
    return {
        {"whole blocks",
         {state},
         [](const Tensors& x) {
           return Uniform(x[0], {3, 4});
         }},
        {"a part of a block",
         {state},
         [](const Tensors& x) { return Uniform(x[0], {7}); }},
        {"none", {state}, [](const Tensors& x) { return Uniform(x[0], {0}); }}};
  }
};

}  // namespace

constexpr Op kUniform = MakeOp<UniformRule>();

Tensor Uniform(Operand random_state, const Shape& shape) {
  const int64_t stream = random_state.is_number()
                             ? 0
                             : random_state.tensor().graph().NextRandomStream();
  return Record(kUniform, {random_state},
                {{"sizes", shape.sizes()}, {"stream", stream}});
}

}  // namespace autodiff
