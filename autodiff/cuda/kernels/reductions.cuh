// Sums and maxima over axes, by trees that depend on shapes alone.
#ifndef AUTODIFF_CUDA_KERNELS_REDUCTIONS_CUH_
#define AUTODIFF_CUDA_KERNELS_REDUCTIONS_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

struct AddUp {
  static constexpr float kInitial = 0;
  static __device__ float Fold(float a, float b) { return a + b; }
};

// NaN if either is.
struct TakeLarger {
  static constexpr float kInitial = -INFINITY;
  static __device__ float Fold(float a, float b) {
    return a > b || a != a ? a : b;
  }
};

// Each thread folds every lanes-th term; then halves of an output's threads
// are folded together.
template <typename Operation>
__device__ void Reduce(const ReduceArguments& a, int block) {
  DYNAMIC_SHARED(float, partial);  // one for each thread
  const int thread = threadIdx.x, here = blockDim.x / a.lanes;
  const int lane = a.across ? thread % a.lanes : thread / here;
  const int output =
      block % a.blocks * here + (a.across ? thread / a.lanes : thread % here);
  const int part = (a.terms + a.splits - 1) / a.splits;
  const int split = block / a.blocks;
  const int begin = split * part, end = min(begin + part, a.terms);
  float value = Operation::kInitial;
  if (output < a.outputs) {
    const int base = a.kept.Offset(output);
    for (int term = begin + lane; term < end; term += a.lanes) {
      value = Operation::Fold(value, a.x[base + a.reduced.Offset(term)]);
    }
  }
  partial[thread] = value;
  for (int half = a.lanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) {
      const int other = thread + half * (a.across ? 1 : here);
      partial[thread] = Operation::Fold(partial[thread], partial[other]);
    }
  }
  if (lane == 0 && output < a.outputs) {
    a.y[split * a.outputs + output] = partial[thread];
  }
}

inline __device__ void Sum(const SumArguments& a, int block) {
  Reduce<AddUp>(a, block);
}
inline __device__ void Max(const MaxArguments& a, int block) {
  Reduce<TakeLarger>(a, block);
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_REDUCTIONS_CUH_
