#include <immintrin.h>

#include "autodiff/ops/rule.h"
#include "autodiff/philox.h"

namespace autodiff {
namespace {

absl::Status RequireRandomState(const Call& call) {
  if (call.in(0) == Shape{4} && IsIndex(call, 0)) return absl::OkStatus();
  return Refuse("needs a random state, which is [4] of indices");
}

// Eight blocks of Philox side by side: word w of block i is lane i of [w].
struct EightBlocks {
  __m256i word[4];
};

// The high and the low halves of the products of eight words with `factor`.
void MultiplyWide(__m256i x, uint32_t factor, __m256i& high, __m256i& low) {
  const __m256i f = _mm256_set1_epi64x(factor);
  const __m256i even = _mm256_mul_epu32(x, f);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), f);
  low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}

// Philox (philox.h) for eight counters with one key.
EightBlocks PhiloxOfEight(EightBlocks c, PhiloxKey key) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    __m256i high0, low0, high1, low1;
    MultiplyWide(c.word[0], kPhiloxMultiplier[0], high0, low0);
    MultiplyWide(c.word[2], kPhiloxMultiplier[1], high1, low1);
    const auto mix = [](__m256i high, __m256i word, uint32_t k) {
      return _mm256_xor_si256(_mm256_xor_si256(high, word),
                              _mm256_set1_epi32(static_cast<int>(k)));
    };
    c = {mix(high1, c.word[1], key[0]), low1, mix(high0, c.word[3], key[1]),
         low0};
    key[0] += kPhiloxWeyl[0];
    key[1] += kPhiloxWeyl[1];
  }
  return c;
}

// The 32 draws of eight blocks as words one block after the other.
void StoreBlocks(const EightBlocks& c, uint32_t* out) {
  const __m256i a = _mm256_unpacklo_epi32(c.word[0], c.word[1]);
  const __m256i b = _mm256_unpackhi_epi32(c.word[0], c.word[1]);
  const __m256i d = _mm256_unpacklo_epi32(c.word[2], c.word[3]);
  const __m256i e = _mm256_unpackhi_epi32(c.word[2], c.word[3]);
  // Each holds block i in its lower half and block i + 4 in its upper one.
  const __m256i pairs[4] = {
      _mm256_unpacklo_epi64(a, d), _mm256_unpackhi_epi64(a, d),
      _mm256_unpacklo_epi64(b, e), _mm256_unpackhi_epi64(b, e)};
  for (int i = 0; i < 4; ++i) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 4 * i),
                     _mm256_castsi256_si128(pairs[i]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 4 * i + 16),
                     _mm256_extracti128_si256(pairs[i], 1));
  }
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

  static PhiloxCounter Draw(const int32_t* state, int64_t stream,
                            int64_t block) {
    const auto word = [](int64_t i) { return static_cast<uint32_t>(i); };
    return Philox({word(block), word(stream), word(state[2]), word(state[3])},
                  {word(state[0]), word(state[1])});
  }

  // Blocks first, first + 1, … .
  static EightBlocks DrawEight(const int32_t* state, int64_t stream,
                               int64_t first) {
    const __m256i block =
        _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(first)),
                         _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return PhiloxOfEight(
        {block, _mm256_set1_epi32(static_cast<int>(stream)),
         _mm256_set1_epi32(state[2]), _mm256_set1_epi32(state[3])},
        {static_cast<uint32_t>(state[0]), static_cast<uint32_t>(state[1])});
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t stream = call.attributes.Int("stream");
    const int64_t n = call.out().elements();
    constexpr int64_t kDraws = 32;  // of eight blocks
    return ForEachRow(
        (n + kDraws - 1) / kDraws, 30, [=](const Buffers& b, int64_t row) {
          uint32_t bits[kDraws];
          StoreBlocks(DrawEight(b.In<int32_t>(0), stream, 8 * row), bits);
          T* const y = b.Out<T>() + kDraws * row;
          const int64_t count = std::min(kDraws, n - kDraws * row);
          for (int64_t i = 0; i < count; ++i) {
            y[i] = static_cast<T>(UniformFromBits(bits[i]));
          }
        });
  }

  static Doubles Oracle(const Call& call, absl::Span<const Values> inputs) {
    const std::vector<int32_t> state(inputs[0].data.begin(),
                                     inputs[0].data.end());
    Doubles y;
    for (int64_t i = 0; i < call.out().elements(); ++i) {
      const auto bits =
          Draw(state.data(), call.attributes.Int("stream"), i / 4);
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
