// A training from start to end, or from where it was stopped.
#ifndef EXPERIMENTS_TRAIN_TRAINING_RUN_H_
#define EXPERIMENTS_TRAIN_TRAINING_RUN_H_

#include <cstdint>

#include "absl/status/status.h"
#include "experiments/hardware.h"
#include "experiments/output_directory.h"
#include "experiments/training_flags.h"
#include "rl/agent_config.h"

namespace experiments {

// How long and with what records; nothing that is learnt depends on it.
struct RunConfig {
  int64_t env_steps = 0;   // to train for, all starts together
  int64_t log_every = 0;   // env steps of a row of metrics.csv
  int64_t eval_every = 0;  // env steps between evaluations
  int eval_episodes = 0;
  double checkpoint_seconds = 0;  // between checkpoints
  bool video = true;              // of an episode at the end
  Hardware hardware;
};

// Trains in `directory`: metrics.csv, eval.csv, log.txt, video/ and
// checkpoint/, from which the same call goes on. Cancelled, with everything
// saved and a sentence that says how to go on, after Ctrl-C.
absl::Status Train(const OutputDirectory& directory,
                   const TrainingConfig& config, const rl::AgentConfig& agent,
                   const RunConfig& run);

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_TRAINING_RUN_H_
