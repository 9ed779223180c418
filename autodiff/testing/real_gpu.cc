#include <iostream>

#include "absl/status/statusor.h"
#include "autodiff/cuda/gpu.h"
#include "autodiff/testing/device_under_test.h"

namespace autodiff {

// CUDA's programming guide, "Mathematical Functions": 4 ulp of powf, 2 or less
// of the others.
const double kFunctionUnits = 4;

std::shared_ptr<cuda::Device> DeviceUnderTest(uint64_t /*order*/,
                                              int /*block_threads*/) {
  // Never closed: at the end of a process CUDA is gone before such objects are.
  static cuda::Device* const gpu = [] {
    absl::StatusOr<std::unique_ptr<cuda::Device>> opened = cuda::OpenGpu();
    if (!opened.ok()) std::cerr << opened.status().message() << "\n";
    return opened.ok() ? opened->release() : nullptr;
  }();
  return {gpu, [](cuda::Device*) {}};
}

}  // namespace autodiff
