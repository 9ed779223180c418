// Counters.
#ifndef AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_
#define AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

// y = x + 1, which may wrap around.
inline __device__ void Increment(const IncrementArguments& a, int block) {
  const int i = Thread(block);
  if (i < a.y.size) a.y[i] = a.x[i] + 1;
}

// y = 1 − decay^count, as ops/counters.cc.
inline __device__ void BiasCorrection(const BiasCorrectionArguments& a,
                                      int block) {
  const int i = Thread(block);
  if (i < a.y.size) {
    a.y[i] = static_cast<float>(-expm1(a.count[i] * a.log_decay));
  }
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_
