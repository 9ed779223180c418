#include "autodiff/cuda/emulator/kernels.h"

#include "autodiff/cuda/kernels/counters.cuh"

namespace autodiff::cuda::emulator {

const std::vector<Kernel>& Kernels() {
  static const std::vector<Kernel>* const kernels = new std::vector<Kernel>{
#define KERNEL(Name) MakeKernel<&Name>(#Name),
#define LIBRARY(Name) MakeKernel<&Name>(#Name, /*is_library=*/true),
#include "autodiff/cuda/kernel_list.inc"
#undef LIBRARY
#undef KERNEL
  };
  return *kernels;
}

}  // namespace autodiff::cuda::emulator
