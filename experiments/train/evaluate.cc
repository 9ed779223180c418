// Evaluates a trained agent, without training it.
//
//   bazel run //experiments/train:evaluate -- --checkpoint=results/...
//       --episodes=10

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/checkpoint/trained_agent.h"
#include "experiments/device_flag.h"
#include "experiments/flag_checks.h"
#include "experiments/interrupt.h"
#include "experiments/program.h"
#include "experiments/train/evaluation.h"
#include "experiments/training_flags.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(std::string, checkpoint, "", "Folder of a training.");
ABSL_FLAG(int, episodes, 10, "How many, one after the other.");

namespace experiments {
namespace {

absl::Status EvaluateTrained() {
  const std::string folder = absl::GetFlag(FLAGS_checkpoint);
  if (folder.empty()) {
    return absl::InvalidArgumentError(
        "whose agent? give --checkpoint=FOLDER of a training");
  }
  const int episodes = absl::GetFlag(FLAGS_episodes);
  if (absl::Status status = CheckRange("episodes", episodes, 1, 100'000);
      !status.ok()) {
    return status;
  }
  const absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> device =
      DeviceFromFlags();
  if (!device.ok()) return device.status();
  const absl::StatusOr<autodiff::InstructionSet> isa =
      InstructionSetFromFlags();
  if (!isa.ok()) return isa.status();
  const auto trained =
      LoadTrainedAgent(tools::FromUsersFolder(folder),
                       {.instruction_set = *isa, .device = device->get()});
  if (!trained.ok()) return trained.status();
  const TrainingConfig& config = (*trained)->config;
  for (const std::string& note : (*trained)->notes) std::cerr << note << "\n";
  const auto environment =
      MakeAgentEnvironment(config.task, config.action_repeat);
  if (!environment.ok()) return environment.status();
  std::cout << absl::StrFormat(
      "%s after %d env steps (%d decisions)\nepisode,return\n", config.task,
      (*trained)->decisions * config.action_repeat, (*trained)->decisions);
  const InterruptScope interrupt;
  double sum = 0;
  for (int i = 0; i < episodes; ++i) {
    const absl::StatusOr<std::vector<double>> returns = Evaluate(
        *(*trained)->agent, **environment,
        absl::GetFlag(FLAGS_seed) + static_cast<uint32_t>(i),
        static_cast<uint32_t>(i), 1, [&] { return interrupt.requested(); });
    if (!returns.ok()) return returns.status();
    std::cout << absl::StrFormat("%d,%.17g\n", i, returns->front())
              << std::flush;
    sum += returns->front();
  }
  std::cout << absl::StrFormat("mean,%.17g\n", sum / episodes);
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::DescribeProgram(
      "Evaluates the newest agent in the folder of a training, episode by "
      "episode; episode i starts from seed --seed + i. The flags of the agent "
      "and of the training are those in the folder, whatever is given here.");
  absl::Status status =
      experiments::ParseFlags(std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::EvaluateTrained();
  return experiments::ExitStatus(status);
}
