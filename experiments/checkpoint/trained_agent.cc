#include "experiments/checkpoint/trained_agent.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/agent_flags.h"
#include "experiments/checkpoint/agent_tensors.h"
#include "experiments/checkpoint/checkpoint_files.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/config.h"
#include "experiments/durable_file.h"
#include "experiments/hardware.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<TrainedAgent>> LoadTrainedAgent(
    const std::string& folder, const Hardware& hardware) {
  const std::string config_path = absl::StrCat(folder, "/config.flags");
  const absl::StatusOr<std::string> text = ReadFile(config_path);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat(
        folder, " is no folder of a training: there is no config.flags"));
  }
  if (!text.ok()) return text.status();
  absl::Status status = TakeConfig(
      *text, config_path,
      {"experiments/agent_flags.cc", "experiments/training_flags.cc"},
      /*except=*/{"seed"});
  if (!status.ok()) return status;

  auto trained = std::make_unique<TrainedAgent>();
  const absl::StatusOr<TrainingConfig> training = TrainingConfigFromFlags();
  if (!training.ok()) return training.status();
  trained->config = *training;
  const auto environment =
      MakeAgentEnvironment(training->task, training->action_repeat);
  if (!environment.ok()) return environment.status();
  const envs::EnvironmentSpec& spec = (*environment)->spec();
  const absl::StatusOr<rl::AgentConfig> config =
      AgentConfigFromFlags(spec.observation_size(), spec.action_size());
  if (!config.ok()) return config.status();
  absl::StatusOr<std::unique_ptr<rl::Agent>> agent =
      rl::Agent::Create(*config, training->seed,
                        {.plan = training->plan,
                         .threads = hardware.threads,
                         .instruction_set = hardware.instruction_set,
                         .device = hardware.device});
  if (!agent.ok()) return agent.status();
  trained->agent = *std::move(agent);

  const absl::StatusOr<safetensors::File> file =
      ReadNewestCheckpoint(absl::StrCat(folder, "/checkpoint"), trained->notes);
  if (!file.ok()) return file.status();
  for (std::string& note : trained->notes) {
    absl::StrAppend(&note, "; the checkpoint before it is used");
  }
  status = RestoreAgent(*file, *trained->agent);
  if (!status.ok()) return status;
  const absl::StatusOr<int64_t> decisions = ReadCount(*file, "decisions");
  if (!decisions.ok()) return decisions.status();
  trained->decisions = *decisions;
  return trained;
}

}  // namespace experiments
