// Trains the deep agent in an environment.
//
//   bazel run //experiments/train
//   bazel run //experiments/train -- --task=walker-walk --algorithm=vaml
//       --seed=3 --env_steps=200000

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"
#include "experiments/agent_flags.h"
#include "experiments/device_flag.h"
#include "experiments/flag_checks.h"
#include "experiments/output_directory.h"
#include "experiments/preset.h"
#include "experiments/program.h"
#include "experiments/train/training_run.h"
#include "experiments/training_flags.h"
#include "rl/agent_config.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(int64_t, env_steps, 100'000,
          "Env steps to train for, all starts together: a finished training "
          "goes on when this grows.");
ABSL_FLAG(int64_t, log_every, 1000, "Env steps of a row of metrics.csv.");
ABSL_FLAG(int64_t, eval_every, 20'000, "Env steps between evaluations.");
ABSL_FLAG(int, eval_episodes, 10, "Episodes of an evaluation.");
ABSL_FLAG(double, checkpoint_seconds, 60, "Seconds between checkpoints.");
ABSL_FLAG(int, threads, 0,
          "Threads among which updates and actions are divided, up to 64; 0 is "
          "one a processor. Results do not depend on it.");
ABSL_FLAG(bool, video, true,
          "Makes a video of an episode at the end, where ffmpeg and OpenGL are "
          "there.");
ABSL_FLAG(std::string, output_dir, "",
          "Folder of the results. The same command continues there. Default: "
          "results/<task>_<preset>_<algorithm>..._seed<seed>.");

namespace experiments {
namespace {

absl::StatusOr<RunConfig> RunConfigFromFlags() {
  RunConfig run = {
      .env_steps = absl::GetFlag(FLAGS_env_steps),
      .log_every = absl::GetFlag(FLAGS_log_every),
      .eval_every = absl::GetFlag(FLAGS_eval_every),
      .eval_episodes = absl::GetFlag(FLAGS_eval_episodes),
      .checkpoint_seconds = absl::GetFlag(FLAGS_checkpoint_seconds),
      .video = absl::GetFlag(FLAGS_video),
      .hardware = {.threads = absl::GetFlag(FLAGS_threads)},
  };
  constexpr int64_t kMost = 2'000'000'000;
  absl::Status status =
      CheckRange<int64_t>("env_steps", run.env_steps, 1, kMost);
  status.Update(CheckRange<int64_t>("log_every", run.log_every, 1, kMost));
  status.Update(CheckRange<int64_t>("eval_every", run.eval_every, 1, kMost));
  status.Update(CheckRange("eval_episodes", run.eval_episodes, 1, 1000));
  status.Update(
      CheckRange("checkpoint_seconds", run.checkpoint_seconds, 0., 1e9));
  status.Update(CheckRange("threads", run.hardware.threads, 0, 64));
  if (!status.ok()) return status;
  if (run.hardware.threads == 0) {
    run.hardware.threads =
        std::clamp(std::thread::hardware_concurrency(), 1U, 64U);
  }
  return run;
}

// A folder for each task, algorithm and seed.
std::string DefaultFolder(const TrainingConfig& config) {
  std::string name = absl::StrCat("results/", config.task);
  for (const std::string& part : {absl::GetFlag(FLAGS_preset), AgentName(),
                                  absl::StrCat("seed", config.seed)}) {
    if (!part.empty()) absl::StrAppend(&name, "_", part);
  }
  return name;
}

absl::Status Main() {
  const absl::StatusOr<TrainingConfig> config = TrainingConfigFromFlags();
  if (!config.ok()) return config.status();
  absl::StatusOr<RunConfig> run = RunConfigFromFlags();
  if (!run.ok()) return run.status();
  const absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> device =
      DeviceFromFlags();
  if (!device.ok()) return device.status();
  run->hardware.device = device->get();
  const absl::StatusOr<autodiff::InstructionSet> isa =
      InstructionSetFromFlags();
  if (!isa.ok()) return isa.status();
  run->hardware.instruction_set = *isa;
  // Looked at with its true sizes once the environment is there.
  const absl::StatusOr<rl::AgentConfig> agent = AgentConfigFromFlags(1, 1);
  if (!agent.ok()) return agent.status();
  if (absl::GetFlag(FLAGS_output_dir).empty()) {
    absl::SetFlag(&FLAGS_output_dir, DefaultFolder(*config));
  }
  absl::SetFlag(&FLAGS_output_dir,
                tools::FromUsersFolder(absl::GetFlag(FLAGS_output_dir)));
  const auto directory = OutputDirectory::Open(
      absl::GetFlag(FLAGS_output_dir),
      {"checkpoint_seconds", "device", "env_steps", "eval_episodes",
       "eval_every", "isa", "models_dir", "tf32", "video"},
      "checkpoint");
  if (!directory.ok()) return directory.status();
  return Train(**directory, *config, *agent, *run);
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  absl::SetFlag(&FLAGS_preset, "laptop");
  experiments::DescribeProgram(
      "Trains an agent that plans with a latent model: in its folder are "
      "metrics.csv, eval.csv, log.txt and checkpoint/, from which the same "
      "command goes on.");
  absl::Status status = experiments::ParseFlagsAndPreset(
      "agent", std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::Main();
  return experiments::ExitStatus(status);
}
