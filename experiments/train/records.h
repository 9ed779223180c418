// The tables of a training.
#ifndef EXPERIMENTS_TRAIN_RECORDS_H_
#define EXPERIMENTS_TRAIN_RECORDS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/csv_file.h"
#include "experiments/output_directory.h"
#include "experiments/train/trainer.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// metrics.csv: a row for each interval of training:
//
//   env_steps, decisions, updates, episodes   since the beginning
//   episode_return     mean of the episodes that ended in the interval
//   critic_loss, …     means over the updates of the interval (rl/update.h)
//   held_out_…         of one batch of what no update has seen
//   seconds            since the beginning, of all starts together
//
// eval.csv: a row for each episode of an evaluation: env_steps, decisions,
// episode, return. What there is none of is left empty.
class Records {
 public:
  // New tables, or, with the file of a checkpoint, those of its moment.
  static absl::StatusOr<std::unique_ptr<Records>> Open(
      const OutputDirectory& directory, Trainer& trainer,
      const safetensors::File* checkpoint);

  // The trainer's interval, which the caller clears.
  absl::Status AddInterval(Trainer& trainer, double seconds);
  absl::Status AddEvaluation(const Trainer& trainer,
                             const std::vector<double>& returns);

  // Makes the tables safe from a power cut, and notes their lengths.
  absl::Status Save(Snapshot& snapshot);

 private:
  Records(CsvFile metrics, CsvFile evaluations);

  CsvFile metrics_, evaluations_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_RECORDS_H_
