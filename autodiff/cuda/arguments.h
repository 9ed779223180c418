// The arguments of every kernel: plain data that host code fills and kernels
// read. What is done with them stands at the kernels, in kernels/.
#ifndef AUTODIFF_CUDA_ARGUMENTS_H_
#define AUTODIFF_CUDA_ARGUMENTS_H_

#include <cstdint>

#include "autodiff/cuda/global.h"
#include "autodiff/cuda/launch.h"

namespace autodiff::cuda {

struct IncrementArguments {
  static constexpr KernelId kKernel = KernelId::kIncrement;
  Global<const uint32_t> x;
  Global<uint32_t> y;
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_ARGUMENTS_H_
