#include "autodiff/ops/cuda_rule.h"
#include "autodiff/philox.h"
#include "autodiff/philox_of_eight.h"

namespace autodiff {
namespace {

absl::Status RequireRandomState(const Call& call) {
  if (call.in(0) == Shape{4} && IsIndex(call, 0)) return absl::OkStatus();
  return Refuse("needs a random state, which is [4] of indices");
}

}  // namespace

// y_i = 2⁻²⁴ ⌊bits_i / 2⁸⌋ with bits_i from Philox4x32-10: four draws a block,
// with key = seed and counter = (block, stream, run).
struct UniformRule : NoGradient {
  static constexpr char kName[] = "uniform";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (auto state = RequireRandomState(call); !state.ok()) return state;
    return TensorType{Shape(call.attributes.Ints("sizes"))};
  }

  static PhiloxCounter CounterOf(const int32_t* state, int64_t stream,
                                 int64_t block) {
    const auto word = [](int64_t i) { return static_cast<uint32_t>(i); };
    return {word(block), word(stream), word(state[2]), word(state[3])};
  }
  static PhiloxKey KeyOf(const int32_t* state) {
    return {static_cast<uint32_t>(state[0]), static_cast<uint32_t>(state[1])};
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t stream = call.attributes.Int("stream");
    const int64_t n = call.out().elements();
    constexpr int64_t kDraws = 32;  // of eight blocks
    return ForEachRow(
        (n + kDraws - 1) / kDraws, 30, [=](const Buffers& b, int64_t row) {
          uint32_t bits[kDraws];
          const int32_t* const state = b.In<int32_t>(0);
          PhiloxOfEight(CounterOf(state, stream, 8 * row), KeyOf(state), bits);
          T* const y = b.Out<T>() + kDraws * row;
          const int64_t count = std::min(kDraws, n - kDraws * row);
          for (int64_t i = 0; i < count; ++i) {
            y[i] = static_cast<T>(UniformFromBits(bits[i]));
          }
        });
  }

  static CudaKernel Cuda(const Call& call) {
    const int64_t blocks = (call.out().elements() + 3) / 4;
    return CudaThreads(call, blocks, [=](const Buffers& b) {
      return cuda::UniformArguments{
          .state = CudaInput<int32_t>(call, b, 0),
          .y = CudaOutput<float>(call, b),
          .stream = static_cast<uint32_t>(call.attributes.Int("stream"))};
    });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const std::vector<int32_t> state(inputs[0].data.begin(),
                                     inputs[0].data.end());
    Doubles y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      const PhiloxCounter bits =
          Philox(CounterOf(state.data(), call.attributes.Int("stream"), i / 4),
                 KeyOf(state.data()));
      y.push_back(UniformFromBits(bits[i % 4]));
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    std::vector<Sample> samples;
    for (const Shape& shape : {Shape{3, 4}, Shape{7}, Shape{0}, Shape{7001}}) {
      samples.push_back(
          {shape.ToString(),
           {{{4}, -1000, 1000, ElementType::kIndex}},
           [=](const Tensors& x) { return Uniform(x[0], shape); }});
    }
    return samples;
  }
};

// (seed, run) → (seed, run + 1), where run is 64 bits in two int32.
struct AdvanceRandomRule : NoGradient {
  static constexpr char kName[] = "advance_random";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (auto state = RequireRandomState(call); !state.ok()) return state;
    return call.inputs[0];
  }

  template <typename T>
  static Kernel Value(const Call&) {
    return {[](const Buffers& b) {
      std::copy_n(b.In<int32_t>(0), 4, b.Out<int32_t>());
      uint32_t* const run = b.Out<uint32_t>() + 2;
      if (++run[0] == 0) ++run[1];
    }};
  }

  static CudaKernel Cuda(const Call& call) {
    return {.launches = [=](const Buffers& b) {
      return std::vector<cuda::Launch>{cuda::MakeLaunch(
          cuda::AdvanceRandomArguments{.x = CudaInput<uint32_t>(call, b, 0),
                                       .y = CudaOutput<uint32_t>(call, b)},
          {}, {})};
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

constexpr Op kUniform = MakeOp<UniformRule>();
constexpr Op kAdvanceRandom = MakeOp<AdvanceRandomRule>();

Tensor Uniform(Operand random_state, const Shape& shape) {
  const int64_t stream = random_state.is_number()
                             ? 0
                             : random_state.tensor().graph().NextRandomStream();
  return Record(kUniform, {random_state},
                {{"sizes", shape.sizes()}, {"stream", stream}});
}

Tensor AdvanceRandom(Operand random_state) {
  return Record(kAdvanceRandom, {random_state});
}

}  // namespace autodiff
