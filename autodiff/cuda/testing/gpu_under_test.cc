#include <memory>

#include "absl/status/statusor.h"
#include "autodiff/cuda/gpu.h"
#include "autodiff/fail.h"
#include "autodiff/testing/device_under_test.h"

namespace autodiff {

const double kFunctionUnits = 0;

// One for all of a test, as a GPU is, with a new order for every run.
std::shared_ptr<cuda::Device> DeviceUnderTest(uint64_t /*order*/,
                                              int /*block_threads*/) {
  static cuda::Device* const gpu = [] {
    absl::StatusOr<std::unique_ptr<cuda::Device>> opened = cuda::OpenGpu();
    if (!opened.ok()) Fail(opened.status().ToString());
    return opened->release();
  }();
  return {gpu, [](cuda::Device*) {}};
}

}  // namespace autodiff
