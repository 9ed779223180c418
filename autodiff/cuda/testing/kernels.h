// What the stand-in of the CUDA runtime can run, for the emulator: the kernels
// of kernels.cu as they are there, with the arguments that gpu.cc packs, and
// what libraries bring along.
#ifndef AUTODIFF_CUDA_TESTING_KERNELS_H_
#define AUTODIFF_CUDA_TESTING_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "autodiff/cuda/emulator/kernels.h"
#include "autodiff/cuda/global.h"
#include "autodiff/cuda/launch.h"
#include "autodiff/cuda/testing/sgemm.h"

namespace autodiff::cuda::stand_in {

struct SetArguments {
  Global<uint32_t> words;
  uint32_t value;
};

// In KernelId are places of this list. The last two are a product and what sets
// words to a value.
const std::vector<emulator::Kernel>& Kernels();
KernelId SgemmKernel();
KernelId SetKernel();

// The place of a function of kernels.cu, by its address there; −1 for others.
int FindKernel(const void* function);

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_KERNELS_H_
