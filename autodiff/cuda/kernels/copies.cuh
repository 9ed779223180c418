// Elements at other places.
#ifndef AUTODIFF_CUDA_KERNELS_COPIES_CUH_
#define AUTODIFF_CUDA_KERNELS_COPIES_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

__global__ void Copy(const __grid_constant__ CopyArguments a) {
  const int i = Thread();
  if (i < a.y.size) a.y[i] = a.x[a.begin + a.at.Offset(i)];
}

// A thread for each element of y that the launch writes.
__global__ void Concat(const __grid_constant__ ConcatArguments a) {
  const int i = Thread(), width = a.end - a.begin;
  if (i >= a.blocks * width) return;
  const int block = i / width, at = a.begin + i % width;
  float value = 0;
  for (int k = 0; k < a.pieces; ++k) {
    const int within = at - a.piece[k].begin;
    if (within < 0 || within >= a.piece[k].size) continue;
    value = a.piece[k].x[block * a.piece[k].size + within];
  }
  a.y[block * a.block + at] = value;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_COPIES_CUH_
