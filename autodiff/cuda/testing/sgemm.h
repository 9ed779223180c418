// A product as a library of BLAS does it: what the stand-in of cuBLAS
// (cublas.cc) adds to a graph of the stand-in of the runtime (graphs.cc).
#ifndef AUTODIFF_CUDA_TESTING_SGEMM_H_
#define AUTODIFF_CUDA_TESTING_SGEMM_H_

#include <cuda_runtime_api.h>

#include "autodiff/cuda/testing/sgemm_arguments.h"

namespace autodiff::cuda::stand_in {

// False unless the stream is being captured.
bool Capture(const SgemmArguments& product, cudaStream_t stream);

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_SGEMM_H_
