// The checkpoints of a training: files decision_<n>.safetensors in one folder,
// by the decisions made until then. Each holds
//
//   the agent's tensors             agent_tensors.h
//   environment                     U8 [n]: its state
//   interval                        F64 [2 (1 + metrics)]: of the row of
//                                   metrics.csv that is due next, sum and count
//                                   of the returns and of each metric
//
// and, as metadata,
//
//   format, task                    what it is, and the name of the environment
//   decisions, env_steps, updates, episodes
//                                   since the beginning
//   last_return                     of the episode that ended last, if any
//   evaluations, evaluated_at       their number, and the env steps before the
//                                   last one
//   seconds                         of all starts together
//   arithmetic                      what computed last: avx2, avx512, or the
//                                   name of a GPU
//   metrics_bytes, eval_bytes       lengths of metrics.csv and eval.csv
//   replay                          its segments, as "0-501 501-1503"
//                                   (replay_segment.h), or "none"
//   checksum                        CRC-32 of the rest (safetensors.h)
#ifndef EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_
#define EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_

#include <cstdint>
#include <functional>
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

// The newest that `read` finds whole: it gives DataLoss or NotFound for one
// that is not. What is wrong with newer ones is appended to `notes`. NotFound
// if the folder has none, DataLoss if none is whole.
absl::StatusOr<safetensors::File> ReadNewestCheckpoint(
    const std::string& folder, std::vector<std::string>& notes,
    const std::function<absl::StatusOr<safetensors::File>(
        const std::string& path)>& read = ReadCheckpoint);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_CHECKPOINT_FILES_H_
