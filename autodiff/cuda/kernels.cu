// All kernels, compiled for GPUs. nvcc sees no header but these and the
// standard library's.
#include "autodiff/cuda/kernels.h"
#include "autodiff/cuda/kernels/chain.cuh"
#include "autodiff/cuda/kernels/copies.cuh"
#include "autodiff/cuda/kernels/counters.cuh"
#include "autodiff/cuda/kernels/gather.cuh"
#include "autodiff/cuda/kernels/random.cuh"
#include "autodiff/cuda/kernels/reductions.cuh"
#include "autodiff/cuda/kernels/top_k.cuh"

namespace autodiff::cuda {

// NameOne works on one problem. NameMany works on several, whose first blocks
// are told; the kernel finds its own by its block. gpu.cc packs Problems.
#define LIBRARY(Name)
#define KERNEL(Name)                                                        \
  __global__ void Name##One(Name##Arguments const __grid_constant__ a) {    \
    Name(a, static_cast<int>(blockIdx.x));                                  \
  }                                                                         \
  __global__ void Name##Many(                                               \
      Problems<Name##Arguments> const __grid_constant__ p) {                \
    static_assert(sizeof(p) == kProblemsHeaderBytes + sizeof(p.arguments)); \
    const int block = static_cast<int>(blockIdx.x);                         \
    int i = 0;                                                              \
    while (i + 1 < p.count && block >= p.first_block[i + 1]) ++i;           \
    Name(p.arguments[i], block - p.first_block[i]);                         \
  }
#include "autodiff/cuda/kernel_list.inc"
#undef KERNEL
#undef LIBRARY

const void* FunctionOf(KernelId kernel, bool many) {
  switch (kernel) {
#define KERNEL(Name)                                         \
  case KernelId::k##Name:                                    \
    return many ? reinterpret_cast<const void*>(&Name##Many) \
                : reinterpret_cast<const void*>(&Name##One);
#define LIBRARY(Name)     \
  case KernelId::k##Name: \
    return nullptr;
#include "autodiff/cuda/kernel_list.inc"
#undef LIBRARY
#undef KERNEL
  }
  return nullptr;
}

}  // namespace autodiff::cuda
