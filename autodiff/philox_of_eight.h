// Philox for eight counters at once, with the vector instructions of AVX2.
#ifndef AUTODIFF_PHILOX_OF_EIGHT_H_
#define AUTODIFF_PHILOX_OF_EIGHT_H_

#include <immintrin.h>

#include <cstdint>

#include "autodiff/philox.h"

namespace autodiff {
namespace philox_of_eight {

// Eight blocks of Philox side by side: word w of block i is lane i of [w].
struct EightBlocks {
  __m256i word[4];
};

// The high and the low halves of the products of eight words with `factor`.
inline void MultiplyWide(__m256i x, uint32_t factor, __m256i& high,
                         __m256i& low) {
  const __m256i f = _mm256_set1_epi64x(factor);
  const __m256i even = _mm256_mul_epu32(x, f);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), f);
  low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}

inline EightBlocks Philox(EightBlocks c, PhiloxKey key) {
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

// The words one block after the other.
inline void Store(const EightBlocks& c, uint32_t* out) {
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

}  // namespace philox_of_eight

// Writes the 32 words of Philox for the counters that begin with first[0],
// first[0] + 1, …, first[0] + 7 and go on as `first`, one block after the
// other.
inline void PhiloxOfEight(const PhiloxCounter& first, PhiloxKey key,
                          uint32_t* words) {
  const auto same = [](uint32_t word) {
    return _mm256_set1_epi32(static_cast<int>(word));
  };
  const __m256i block = _mm256_add_epi32(
      same(first[0]), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  philox_of_eight::Store(
      philox_of_eight::Philox(
          {block, same(first[1]), same(first[2]), same(first[3])}, key),
      words);
}

}  // namespace autodiff

#endif  // AUTODIFF_PHILOX_OF_EIGHT_H_
