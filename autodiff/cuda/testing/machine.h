// A machine with a GPU, as the CUDA runtime shows it, on a machine with none:
// with streams.h this is all that the host code of the backend calls of the
// runtime. Memory and launches are an EmulatedDevice's. What CUDA's
// documentation leaves open is done in the way that helps the caller least (a
// stream does nothing before somebody waits, new memory holds NaN), and what it
// does not allow is refused.
#ifndef AUTODIFF_CUDA_TESTING_MACHINE_H_
#define AUTODIFF_CUDA_TESTING_MACHINE_H_

#include <cuda_runtime_api.h>

#include "autodiff/cuda/emulator/emulated_device.h"

namespace autodiff::cuda::stand_in {

struct Machine {
  cudaError_t error = cudaSuccess;  // of asking for the GPU
  int major = 9, minor = 0;         // its compute capability
  int driver = 13000;
};
// The tests' to change.
Machine& TheMachine();

// The GPU, which is there while memory of it is allocated.
emulator::EmulatedDevice& TheDevice();

// How many blocks of memory and graphs there are: a leak, if it is not 0 at
// last.
int& Things();

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_MACHINE_H_
