// What the stand-in's graphs are to the rest of it: streams whose work is not
// done but becomes nodes of a graph, each after the one before.
#ifndef AUTODIFF_CUDA_TESTING_GRAPHS_H_
#define AUTODIFF_CUDA_TESTING_GRAPHS_H_

#include <cuda_runtime_api.h>

#include <cstddef>

namespace autodiff::cuda::stand_in {

bool IsCaptured(cudaStream_t stream);

// False unless `bytes` is a multiple of 4: more is not needed.
bool CaptureMemset(void* memory, int value, size_t bytes, cudaStream_t stream);

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_GRAPHS_H_
