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
#include "autodiff/instruction_set.h"

ABSL_FLAG(std::string, device, "auto",
          "What updates and actions run on: cpu, cuda (a GPU), or auto, which "
          "is cuda where this program was built with --config=cuda and finds a "
          "GPU. Results differ in rounding.");
ABSL_FLAG(bool, tf32, false,
          "On a GPU, multiplies matrices on tensor cores, which round factors "
          "to 11 bits: faster, with relative errors of 5e-4.");
ABSL_FLAG(std::string, isa, "auto",
          "Vector instructions of matrix products on the CPU: avx2, avx512, or "
          "auto, the widest that it has. Results differ in rounding.");

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

absl::StatusOr<autodiff::InstructionSet> InstructionSetFromFlags() {
  using autodiff::InstructionSet;
  const std::string name = absl::GetFlag(FLAGS_isa);
  const InstructionSet widest = autodiff::WidestInstructionSet();
  if (name == "auto") return widest;
  for (const InstructionSet set :
       {InstructionSet::kAvx2, InstructionSet::kAvx512}) {
    if (name != autodiff::NameOf(set)) continue;
    if (set <= widest) return set;
    return absl::InvalidArgumentError(
        absl::StrCat("--isa=", name, ": this CPU has no ", name));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--isa must be auto, avx2 or avx512, not ", name));
}

}  // namespace experiments
