// What gpu.cc is replaced with in builds without CUDA.
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autodiff/cuda/gpu.h"

namespace autodiff::cuda {

absl::StatusOr<std::unique_ptr<Device>> OpenGpu(const GpuOptions&) {
  return absl::UnimplementedError(
      "this program was built without CUDA; build it with --config=cuda");
}

}  // namespace autodiff::cuda
