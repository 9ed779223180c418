#include "experiments/training_flags.h"

#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "experiments/flag_checks.h"

ABSL_FLAG(std::string, task, "cartpole-swingup", "Name of the environment.");
ABSL_FLAG(int, action_repeat, 2, "Env steps that an action is held for.");
ABSL_FLAG(uint32_t, seed, 0,
          "Of the environment, the agent, its replay and all that is random.");
ABSL_FLAG(std::string, acting, "plan",
          "Who acts: plan (search with the model) or policy (the actor alone, "
          "as td3 always does).");
ABSL_FLAG(int64_t, random_decisions, 5000,
          "Decisions at first that are uniformly random, without updates.");
ABSL_FLAG(double, updates_per_decision, 1,
          "Updates for each decision after those; any ratio.");
ABSL_FLAG(bool, slow_model, false,
          "Of the updates of a decision, only the first trains model and "
          "encoder.");
ABSL_FLAG(int64_t, replay_capacity, 1'000'000,
          "Transitions that the agent remembers.");
ABSL_FLAG(double, held_out, 0.05,
          "Share of the transitions that no update starts from: held-out "
          "losses are measured there.");

namespace experiments {

absl::StatusOr<TrainingConfig> TrainingConfigFromFlags() {
  const TrainingConfig config = {
      .task = absl::GetFlag(FLAGS_task),
      .action_repeat = absl::GetFlag(FLAGS_action_repeat),
      .seed = absl::GetFlag(FLAGS_seed),
      .plan = absl::GetFlag(FLAGS_acting) == "plan",
      .random_decisions = absl::GetFlag(FLAGS_random_decisions),
      .updates_per_decision = absl::GetFlag(FLAGS_updates_per_decision),
      .slow_model = absl::GetFlag(FLAGS_slow_model),
      .replay_capacity = absl::GetFlag(FLAGS_replay_capacity),
      .held_out = absl::GetFlag(FLAGS_held_out),
  };
  absl::Status status;
  if (!config.plan && absl::GetFlag(FLAGS_acting) != "policy") {
    status = absl::InvalidArgumentError(
        absl::StrCat("--acting=", absl::GetFlag(FLAGS_acting),
                     ": it must be one of plan, policy"));
  }
  status.Update(CheckRange("action_repeat", config.action_repeat, 1, 1000));
  status.Update(CheckRange<int64_t>("random_decisions", config.random_decisions,
                                    0, 1'000'000'000));
  status.Update(CheckRange("updates_per_decision", config.updates_per_decision,
                           1e-3, 1e3));
  status.Update(CheckRange<int64_t>("replay_capacity", config.replay_capacity,
                                    100, 1'000'000'000));
  status.Update(CheckRange("held_out", config.held_out, 0., 0.9));
  if (!status.ok()) return status;
  return config;
}

}  // namespace experiments
