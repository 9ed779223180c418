// --device, --tf32 and --isa: what an agent's programs run on.
#ifndef EXPERIMENTS_DEVICE_FLAG_H_
#define EXPERIMENTS_DEVICE_FLAG_H_

#include <memory>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"

ABSL_DECLARE_FLAG(std::string, device);
ABSL_DECLARE_FLAG(std::string, isa);

namespace experiments {

// The GPU, or null for the CPU: as --device says, or with `auto` a GPU if there
// is one. A build for GPUs that finds none says why in a sentence on stderr.
absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> DeviceFromFlags();

// That of --isa, or with `auto` the widest that this CPU has. InvalidArgument
// for one that it lacks.
absl::StatusOr<autodiff::InstructionSet> InstructionSetFromFlags();

}  // namespace experiments

#endif  // EXPERIMENTS_DEVICE_FLAG_H_
