#include "experiments/device_flag.h"

#include <iostream>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/gpu.h"

ABSL_FLAG(std::string, device, "auto",
          "What updates and actions run on: cpu, cuda (a GPU), or auto, which "
          "is cuda where this program was built with --config=cuda and finds a "
          "GPU. Results differ in rounding.");
ABSL_FLAG(bool, tf32, false,
          "On a GPU, multiplies matrices on tensor cores, which round factors "
          "to 11 bits: faster, with relative errors of 5e-4.");

namespace experiments {

absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> DeviceFromFlags() {
  const std::string device = absl::GetFlag(FLAGS_device);
  if (device != "auto" && device != "cpu" && device != "cuda") {
    return absl::InvalidArgumentError(
        absl::StrCat("--device must be auto, cpu or cuda, not ", device));
  }
  if (device == "cpu") return nullptr;
  absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> gpu =
      autodiff::cuda::OpenGpu({.tf32 = absl::GetFlag(FLAGS_tf32)});
  if (gpu.ok() || device == "cuda") return gpu;
  if (!absl::IsUnimplemented(gpu.status())) {
    std::cerr << "running on the CPU: " << gpu.status().message() << "\n";
  }
  return nullptr;
}

}  // namespace experiments
