// The checkpoints of a training: files decision_<n>.safetensors in one folder,
// by the decisions made until then.
#ifndef EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_
#define EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// Metadata "format" of the files that this program writes and reads.
inline constexpr char kCheckpointFormat[] = "cvaml training 1";

std::string CheckpointName(int64_t decisions);
// Whether it is such a file's name.
bool IsCheckpoint(absl::string_view file_name);

// Paths of those in the folder, the newest first.
std::vector<std::string> CheckpointPaths(const std::string& folder);

// DataLoss for a damaged file, FailedPrecondition for one of another program or
// version.
absl::StatusOr<safetensors::File> ReadCheckpoint(const std::string& path);

// The newest that is whole. What is wrong with newer ones is appended to
// `notes`. NotFound if the folder has none, DataLoss if none is whole.
absl::StatusOr<safetensors::File> ReadNewestCheckpoint(
    const std::string& folder, std::vector<std::string>& notes);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_
