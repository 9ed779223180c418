// An agent that lives in an environment and learns from it.
#ifndef EXPERIMENTS_TRAIN_TRAINER_H_
#define EXPERIMENTS_TRAIN_TRAINER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/episode_statistics.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/hardware.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

class Trainer {
 public:
  // `agent` may leave the sizes of observation and action open.
  static absl::StatusOr<std::unique_ptr<Trainer>> Create(
      const TrainingConfig& config, const rl::AgentConfig& agent,
      const Hardware& hardware);
  // The same in an environment other than that called `config.task`: one as
  // MakeAgentEnvironment wraps it.
  static absl::StatusOr<std::unique_ptr<Trainer>> Create(
      const TrainingConfig& config, rl::AgentConfig agent,
      const Hardware& hardware, std::unique_ptr<envs::Environment> environment);

  // One decision, then the updates that are due. An error leaves the training
  // unfit to go on: the environment refused the action, or a number of an
  // observation, a reward or the update is none.
  absl::Status Decide();

  struct Counts {
    int64_t decisions = 0;
    int64_t env_steps = 0;  // decisions × action repeat
    int64_t updates = 0;
    int64_t episodes = 0;  // that have ended
  };
  const Counts& counts() const { return counts_; }

  // What happened since ClearInterval: sums over episodes that ended, and over
  // updates of each metric that rl::Agent::Metrics names.
  struct Interval {
    struct Sum {
      double total = 0;
      int64_t count = 0;

      void Add(double value) {
        total += value;
        ++count;
      }
    };
    Sum returns;
    std::vector<Sum> metrics;
  };
  const Interval& interval() const { return interval_; }
  void ClearInterval();
  // Return of the last episode that ended; none at first.
  std::optional<double> last_return() const { return last_return_; }

  // Seconds of this process, by what they were spent on.
  struct Seconds {
    double acting = 0, physics = 0, updating = 0;
  };
  const Seconds& seconds() const { return seconds_; }

  // Warnings of the physics since the last call, with how often.
  std::vector<std::string> TakeWarnings();

  const TrainingConfig& config() const { return config_; }
  rl::Agent& agent() { return *agent_; }
  const rl::Replay& replay() const { return replay_; }

  // All but the replay.
  void Save(Snapshot& snapshot);
  // InvalidArgument or DataLoss if the file is not that of such a training,
  // which is then unfit to go on.
  absl::Status Restore(const safetensors::File& file, rl::Replay replay);
  // An empty one of this training whose first row has this number.
  rl::Replay MakeReplay(int64_t first_row) const;

 private:
  Trainer(const TrainingConfig& config,
          std::unique_ptr<envs::EpisodeStatistics> environment,
          std::unique_ptr<rl::Agent> agent);

  void ChooseAction();
  // Internal if a number of it is none; otherwise observation_ is that of it.
  absl::Status Observe(const envs::TimeStep& step);
  absl::Status Update();

  const TrainingConfig config_;
  const std::unique_ptr<envs::EpisodeStatistics> environment_;
  const std::unique_ptr<rl::Agent> agent_;
  rl::Replay replay_;
  std::vector<float> observation_, action_;
  std::vector<double> environment_action_;
  std::map<std::string, size_t> metrics_;  // by name: place in the interval
  Counts counts_;
  Interval interval_;
  std::optional<double> last_return_;
  Seconds seconds_;
  std::vector<std::string> warnings_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_TRAINER_H_
