#include "tools/benchmark/fma_peak.h"

#include <immintrin.h>

namespace benchmarks {
namespace {

constexpr int kRounds = 10000;
// Independent sums, enough to fill two units of four cycles' latency.
constexpr int kSums = 12;

bool HasAvx512() { return __builtin_cpu_supports("avx512f") != 0; }

// The empty assembly keeps the compiler from computing anything in advance.
__attribute__((target("avx512f"))) double RunAvx512() {
  __m512 x = _mm512_set1_ps(0.999F), y = _mm512_set1_ps(1e-3F);
  __m512 sums[kSums];
  for (__m512& sum : sums) sum = _mm512_set1_ps(1);
  for (int round = 0; round < kRounds; ++round) {
    asm volatile("" : "+v"(x), "+v"(y));
#pragma GCC unroll 12
    for (__m512& sum : sums) sum = _mm512_fmadd_ps(sum, x, y);
  }
  for (__m512& sum : sums) asm volatile("" : : "v"(sum));
  return 2. * 16 * kSums * kRounds;
}

double RunAvx2() {
  __m256 x = _mm256_set1_ps(0.999F), y = _mm256_set1_ps(1e-3F);
  __m256 sums[kSums];
  for (__m256& sum : sums) sum = _mm256_set1_ps(1);
  for (int round = 0; round < kRounds; ++round) {
    asm volatile("" : "+x"(x), "+x"(y));
#pragma GCC unroll 12
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(sum, x, y);
  }
  for (__m256& sum : sums) asm volatile("" : : "x"(sum));
  return 2. * 8 * kSums * kRounds;
}

}  // namespace

const char* FmaInstructionSet() { return HasAvx512() ? "AVX-512" : "AVX2"; }

double RunFma() { return HasAvx512() ? RunAvx512() : RunAvx2(); }

}  // namespace benchmarks
