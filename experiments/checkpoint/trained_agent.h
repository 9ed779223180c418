// An agent as a training has left it.
#ifndef EXPERIMENTS_CHECKPOINT_TRAINED_AGENT_H_
#define EXPERIMENTS_CHECKPOINT_TRAINED_AGENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/hardware.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"

namespace experiments {

struct TrainedAgent {
  TrainingConfig config;
  int64_t decisions = 0;           // that it was trained for
  std::vector<std::string> notes;  // damaged checkpoints that were passed over
  std::unique_ptr<rl::Agent> agent;
};

// The newest agent in the folder of a training, which may be under way. Sets
// all flags of agent_flags.h and training_flags.h but --seed to those in the
// folder's config.flags. Errors are one sentence.
absl::StatusOr<std::unique_ptr<TrainedAgent>> LoadTrainedAgent(
    const std::string& folder, const Hardware& hardware = {});

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_TRAINED_AGENT_H_
