// The kernels that nvcc compiled, for the CUDA runtime.
#ifndef AUTODIFF_CUDA_KERNELS_H_
#define AUTODIFF_CUDA_KERNELS_H_

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda {

// What the runtime knows a kernel by: the address of its function on the host,
// of the one that takes its arguments as they are or, for many problems, of the
// one that takes Problems. Null for what is a library's.
const void* FunctionOf(KernelId kernel, bool many);

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_H_
