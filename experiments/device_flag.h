// --device and --tf32: what an agent's programs run on.
#ifndef EXPERIMENTS_DEVICE_FLAG_H_
#define EXPERIMENTS_DEVICE_FLAG_H_

#include <memory>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "autodiff/cuda/device.h"

ABSL_DECLARE_FLAG(std::string, device);

namespace experiments {

// The GPU, or null for the CPU: as --device says, or with `auto` a GPU if there
// is one. A build for GPUs that finds none says why in a sentence on stderr.
absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> DeviceFromFlags();

}  // namespace experiments

#endif  // EXPERIMENTS_DEVICE_FLAG_H_
