// All kernels, compiled for GPUs. nvcc sees no header but these and the
// standard library's.
#include "autodiff/cuda/kernels.h"
#include "autodiff/cuda/kernels/chain.cuh"
#include "autodiff/cuda/kernels/copies.cuh"
#include "autodiff/cuda/kernels/counters.cuh"
#include "autodiff/cuda/kernels/gather.cuh"
#include "autodiff/cuda/kernels/layer_norm.cuh"
#include "autodiff/cuda/kernels/random.cuh"
#include "autodiff/cuda/kernels/reductions.cuh"
#include "autodiff/cuda/kernels/softmax.cuh"
#include "autodiff/cuda/kernels/top_k.cuh"

namespace autodiff::cuda {
namespace {

// Of the kernel, should other functions have its name.
template <typename Arguments>
const void* Address(void (*kernel)(Arguments)) {
  return reinterpret_cast<const void*>(kernel);
}

}  // namespace

const void* FunctionOf(KernelId kernel) {
  switch (kernel) {
#define KERNEL(Name)      \
  case KernelId::k##Name: \
    return Address<Name##Arguments>(&Name);
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
