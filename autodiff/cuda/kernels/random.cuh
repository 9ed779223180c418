// Random numbers: see random.h.
#ifndef AUTODIFF_CUDA_KERNELS_RANDOM_CUH_
#define AUTODIFF_CUDA_KERNELS_RANDOM_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"
#include "autodiff/philox.h"

namespace autodiff::cuda {

// A thread for each block of four draws, as ops/uniform.cc.
inline __device__ void Uniform(const UniformArguments& a, int block) {
  const int four = Thread(block);
  if (4 * four >= a.y.size) return;
  const auto word = [&](int i) { return static_cast<uint32_t>(a.state[i]); };
  const PhiloxCounter bits =
      Philox({static_cast<uint32_t>(four), a.stream, word(2), word(3)},
             {word(0), word(1)});
  for (int i = 0; i < 4 && 4 * four + i < a.y.size; ++i) {
    a.y[4 * four + i] = static_cast<float>(UniformFromBits(bits[i]));
  }
}

// (seed, run) → (seed, run + 1), with 64 bits of run in two words.
inline __device__ void AdvanceRandom(const AdvanceRandomArguments& a, int) {
  const uint32_t low = a.x[2] + 1;
  a.y[0] = a.x[0];
  a.y[1] = a.x[1];
  a.y[2] = low;
  a.y[3] = a.x[3] + (low == 0 ? 1 : 0);
}

// A thread for each draw: the first j with p_0 + … + p_j > u Σp, or if rounding
// leaves none the last one that is possible.
inline __device__ void Categorical(const CategoricalArguments& a, int block) {
  const int i = Thread(block);
  if (i >= a.y.size) return;
  const int row = i / a.draws * a.size;
  float total = 0, sum = 0;
  for (int j = 0; j < a.size; ++j) total += a.p[row + j];
  const float limit = a.uniform[i] * total;
  int last = 0;
  for (int j = 0; j < a.size; ++j) {
    const float p = a.p[row + j];
    if (!(p > 0)) continue;
    sum += p;
    last = j;
    if (sum > limit) break;
  }
  a.y[i] = last;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_RANDOM_CUH_
