// Counters and random states.
#ifndef AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_
#define AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

// y = x + 1, which may wrap around.
__global__ void Increment(IncrementArguments a) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < a.y.size) a.y[i] = a.x[i] + 1;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_COUNTERS_CUH_
