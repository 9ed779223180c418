// Elements at other places.
#ifndef AUTODIFF_CUDA_KERNELS_COPIES_CUH_
#define AUTODIFF_CUDA_KERNELS_COPIES_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

inline __device__ void Copy(const CopyArguments& a, int block) {
  const int i = Thread(block);
  if (i < a.y.size) a.y[i] = a.x[a.at.Offset(i)];
}

// A thread for each element of y that the launch writes.
inline __device__ void Concat(const ConcatArguments& a, int block) {
  const int i = Thread(block), width = a.end - a.begin;
  if (i >= a.blocks * width) return;
  const int outer = i / width, at = a.begin + i % width;
  float value = 0;
  for (int k = 0; k < a.pieces; ++k) {
    const int within = at - a.piece[k].begin;
    if (within < 0 || within >= a.piece[k].size) continue;
    value = a.piece[k].x[outer * a.piece[k].size + within];
  }
  a.y[outer * a.block + at] = value;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_COPIES_CUH_
