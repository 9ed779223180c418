// An NVIDIA GPU as a device.
#ifndef AUTODIFF_CUDA_GPU_H_
#define AUTODIFF_CUDA_GPU_H_

#include <memory>

#include "absl/status/statusor.h"
#include "autodiff/cuda/device.h"

namespace autodiff::cuda {

struct GpuOptions {
  // Matrix products on tensor cores, which round what they multiply to 11 bits
  // (TF32) instead of 24: several times as fast, with relative errors of 5e-4.
  bool tf32 = false;
};

// The first GPU that CUDA shows ($CUDA_VISIBLE_DEVICES chooses), which must
// have compute capability 8.0 or later, with cuBLAS for its matrix products. Or
// one sentence on why there is none, also where this program was built without
// --config=cuda.
//
// The same launches give the same bits on the same make of GPU with the same
// release of cuBLAS. What CUDA refuses later on ends the process with one
// sentence, as does memory that does not suffice.
absl::StatusOr<std::unique_ptr<Device>> OpenGpu(const GpuOptions& options = {});

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_GPU_H_
