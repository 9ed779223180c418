// The checkpoint/ folder of a training: it goes on from there.
#ifndef EXPERIMENTS_TRAIN_TRAINING_FOLDER_H_
#define EXPERIMENTS_TRAIN_TRAINING_FOLDER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/checkpoint/replay_segment.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/train/trainer.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// Holds the newest two checkpoints (checkpoint_files.h) and the segments of the
// replay that they name. Whatever moment the process ends at, one of them is
// whole.
class TrainingFolder {
 public:
  explicit TrainingFolder(std::string path) : path_(std::move(path)) {}

  // Writes the trainer, its replay's new rows and what the snapshot holds
  // already; removes what is not needed any more.
  absl::Status Save(Trainer& trainer, Snapshot snapshot);

  // Restores the newest checkpoint that is whole, together with its segments,
  // and returns its file. What is wrong with newer ones is appended to `notes`.
  // NotFound if there is none at all; other errors leave the trainer unfit.
  absl::StatusOr<safetensors::File> Restore(Trainer& trainer,
                                            std::vector<std::string>& notes);

 private:
  struct Saved {
    std::string checkpoint;  // name of its file; empty: none
    std::vector<ReplaySegment> segments;
  };

  absl::StatusOr<safetensors::File> RestoreFrom(const std::string& checkpoint,
                                                Trainer& trainer);
  void RemoveAllButThese() const;

  const std::string path_;
  Saved newest_, older_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_TRAINING_FOLDER_H_
