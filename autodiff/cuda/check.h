// Errors of the CUDA runtime that leave nothing to go on with.
#ifndef AUTODIFF_CUDA_CHECK_H_
#define AUTODIFF_CUDA_CHECK_H_

#include <cuda_runtime_api.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "autodiff/fail.h"

namespace autodiff::cuda {

// Ends the process with what was done and what CUDA says, unless all is well.
inline void Check(cudaError_t error, absl::string_view doing) {
  if (error == cudaSuccess) return;
  Fail(absl::StrCat("CUDA: ", doing, ": ", cudaGetErrorString(error)));
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_CHECK_H_
