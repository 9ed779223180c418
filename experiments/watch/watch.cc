// Shows a policy at work: a video, or its frames as pictures.
//
//   bazel run //experiments/watch -- --task=humanoid-walk --policy=random
//       --video=out.mp4
//   bazel run //experiments/watch -- --checkpoint=results/... --video=out.mp4

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autodiff/cuda/device.h"
#include "autodiff/instruction_set.h"
#include "envs/environment.h"
#include "experiments/checkpoint/trained_agent.h"
#include "experiments/device_flag.h"
#include "experiments/program.h"
#include "experiments/training_flags.h"
#include "experiments/watch/agent_policy.h"
#include "experiments/watch/policy.h"
#include "experiments/watch/show.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(std::string, policy, "random", "Who acts: random or zero.");
ABSL_FLAG(std::string, checkpoint, "",
          "Folder of a training: its agent acts, in its task.");
ABSL_FLAG(int, episodes, 1, "How many, one after the other.");
ABSL_FLAG(double, seconds, 5,
          "Simulated time to show of each episode; 0 is all of it, e.g. 25.");
ABSL_FLAG(std::string, camera, "",
          "Name or number; -1 sees all of the model from outside. Default: one "
          "that shows the task well.");
ABSL_FLAG(int, width, 480, "Of the picture in pixels.");
ABSL_FLAG(int, height, 360, "Of the picture in pixels.");
ABSL_FLAG(int, fps, 30, "Frames per second of simulated time.");
ABSL_FLAG(std::string, video, "", "File to write, ending in .mp4.");
ABSL_FLAG(std::string, frames, "",
          "Folder to write frame_00000.png and so on to.");

namespace experiments {
namespace {

// Empty stays empty.
std::string UsersPath(const std::string& path) {
  return path.empty() ? path : tools::FromUsersFolder(path);
}

absl::Status Watch() {
  PolicyMaker make_policy = [](const envs::EnvironmentSpec& spec) {
    return MakePolicy(absl::GetFlag(FLAGS_policy), spec,
                      absl::GetFlag(FLAGS_seed));
  };
  std::unique_ptr<autodiff::cuda::Device> device;  // of the agent below
  std::unique_ptr<TrainedAgent> trained;
  if (const std::string folder = absl::GetFlag(FLAGS_checkpoint);
      !folder.empty()) {
    absl::StatusOr<std::unique_ptr<autodiff::cuda::Device>> chosen =
        DeviceFromFlags();
    if (!chosen.ok()) return chosen.status();
    device = *std::move(chosen);
    const absl::StatusOr<autodiff::InstructionSet> isa =
        InstructionSetFromFlags();
    if (!isa.ok()) return isa.status();
    absl::StatusOr<std::unique_ptr<TrainedAgent>> loaded = LoadTrainedAgent(
        UsersPath(folder), {.instruction_set = *isa, .device = device.get()});
    if (!loaded.ok()) return loaded.status();
    trained = *std::move(loaded);
    for (const std::string& note : trained->notes) std::cerr << note << "\n";
    make_policy = [&](const envs::EnvironmentSpec& spec) {
      return AgentPolicy(*trained->agent, spec, trained->config.action_repeat);
    };
  }
  const absl::StatusOr<std::string> report =
      Show({.task = absl::GetFlag(FLAGS_task),
            .seed = absl::GetFlag(FLAGS_seed),
            .episodes = absl::GetFlag(FLAGS_episodes),
            .seconds = absl::GetFlag(FLAGS_seconds),
            .camera = absl::GetFlag(FLAGS_camera),
            .width = absl::GetFlag(FLAGS_width),
            .height = absl::GetFlag(FLAGS_height),
            .fps = absl::GetFlag(FLAGS_fps),
            .video = UsersPath(absl::GetFlag(FLAGS_video)),
            .frames = UsersPath(absl::GetFlag(FLAGS_frames))},
           make_policy);
  if (!report.ok()) return report.status();
  std::cout << *report;
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  absl::SetFlag(&FLAGS_task, "humanoid-walk");
  experiments::DescribeProgram(
      "Shows a policy at work in an environment: a video in real time, or its "
      "frames as pictures.");
  absl::Status status =
      experiments::ParseFlags(std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::Watch();
  return experiments::ExitStatus(status);
}
