// The flags of a training besides those of the agent (agent_flags.h).
#ifndef EXPERIMENTS_TRAINING_FLAGS_H_
#define EXPERIMENTS_TRAINING_FLAGS_H_

#include <cstdint>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"

ABSL_DECLARE_FLAG(std::string, task);
ABSL_DECLARE_FLAG(uint32_t, seed);

namespace experiments {

// What an agent learns from, and how much.
struct TrainingConfig {
  std::string task;
  int action_repeat = 2;  // env steps of a decision
  uint32_t seed = 0;      // of the agent, the environment and the replay
  bool plan = true;       // acts by planning, else with the policy alone
  int64_t random_decisions = 5000;  // at first, without updates
  double updates_per_decision = 1;  // of the later ones
  bool slow_model = false;  // model step only on a decision's first update
  int64_t replay_capacity = 1'000'000;  // rows: see rl/replay.h
  double held_out = 0.05;               // share of windows that no update sees
};

// InvalidArgument with one sentence that names the flag.
absl::StatusOr<TrainingConfig> TrainingConfigFromFlags();

}  // namespace experiments

#endif  // EXPERIMENTS_TRAINING_FLAGS_H_
