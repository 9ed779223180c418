// The largest elements of rows.
#ifndef AUTODIFF_CUDA_KERNELS_TOP_K_CUH_
#define AUTODIFF_CUDA_KERNELS_TOP_K_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

// A thread for each element counts those before it: larger ones, equal ones of
// a lower index, and all numbers if it is NaN.
inline __device__ void TopK(const TopKArguments& a, int block) {
  const int i = Thread(block);
  if (i >= a.count * a.size) return;
  const int row = i / a.size, own = i % a.size;
  const float x = a.x[i];
  int rank = 0;
  for (int j = 0; j < a.size; ++j) {
    const float other = a.x[row * a.size + j];
    const bool tie = other == x || (other != other && x != x);
    const bool before = other > x || (x != x && other == other);
    rank += before || (tie && j < own) ? 1 : 0;
  }
  if (rank < a.k) a.y[row * a.k + rank] = own;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_TOP_K_CUH_
