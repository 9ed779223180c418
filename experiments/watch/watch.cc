// Shows a policy at work: a video, or its frames as pictures.
//
//   bazel run //experiments/watch -- --task=humanoid-walk --policy=random
//       --video=out.mp4

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/physics/model.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/renderer.h"
#include "envs/registry.h"
#include "experiments/interrupt.h"
#include "experiments/program.h"
#include "experiments/progress.h"
#include "experiments/watch/camera.h"
#include "experiments/watch/ffmpeg.h"
#include "experiments/watch/policy.h"

ABSL_FLAG(std::string, task, "humanoid-walk", "Name of the environment.");
ABSL_FLAG(std::string, policy, "random", "Who acts: random or zero.");
ABSL_FLAG(uint32_t, seed, 0, "Of the environment and of the policy.");
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

absl::Status CheckFlags() {
  const auto wrong = [](const auto&... parts) {
    return absl::InvalidArgumentError(absl::StrCat(parts...));
  };
  const std::string video = absl::GetFlag(FLAGS_video);
  if (video.empty() && absl::GetFlag(FLAGS_frames).empty()) {
    return wrong("nothing to write: give --video=FILE.mp4 or --frames=FOLDER");
  }
  if (!video.empty() && !absl::EndsWith(video, ".mp4")) {
    return wrong("--video=", video, " must end in .mp4");
  }
  const double seconds = absl::GetFlag(FLAGS_seconds);
  if (!(seconds >= 0 && seconds < 1e6)) {
    return wrong("--seconds=", seconds, " must be between 0 and a million");
  }
  const int episodes = absl::GetFlag(FLAGS_episodes);
  if (episodes < 1 || episodes > 1000) {
    return wrong("--episodes=", episodes, " must be from 1 to 1000");
  }
  const int fps = absl::GetFlag(FLAGS_fps);
  if (fps < 1 || fps > 1000) {
    return wrong("--fps=", fps, " must be from 1 to 1000");
  }
  // MuJoCo's models, under `bazel run` as well.
  const std::string models = absl::GetFlag(FLAGS_models_dir);
  if (!models.empty())
    absl::SetFlag(&FLAGS_models_dir, FromUsersFolder(models));
  return absl::OkStatus();
}

// The files that the flags ask for.
class Film {
 public:
  absl::Status Open() {
    const Ffmpeg::Format format{.width = absl::GetFlag(FLAGS_width),
                                .height = absl::GetFlag(FLAGS_height),
                                .fps = absl::GetFlag(FLAGS_fps)};
    absl::Status status;
    if (!absl::GetFlag(FLAGS_video).empty()) {
      const std::string path = FromUsersFolder(absl::GetFlag(FLAGS_video));
      status.Update(Add(path, Ffmpeg::OpenVideo(path, format)));
    }
    if (!absl::GetFlag(FLAGS_frames).empty()) {
      const std::string path(
          absl::StripSuffix(FromUsersFolder(absl::GetFlag(FLAGS_frames)), "/"));
      status.Update(Add(path, Ffmpeg::OpenFrames(path, format)));
    }
    return status;
  }

  absl::Status Write(absl::Span<const uint8_t> rgb) {
    ++frames_;
    absl::Status status;
    for (const auto& [path, file] : files_) status.Update(file->Write(rgb));
    return status;
  }

  int frames() const { return frames_; }

  absl::Status Finish() {
    for (const auto& [path, file] : files_) {
      const absl::Status status = file->Finish();
      if (!status.ok()) return status;
      std::cout << absl::StrCat(path, ": ", frames_, " frames\n");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Add(const std::string& path,
                   absl::StatusOr<std::unique_ptr<Ffmpeg>> file) {
    if (!file.ok()) return file.status();
    files_.emplace_back(path, *std::move(file));
    return absl::OkStatus();
  }

  std::vector<std::pair<std::string, std::unique_ptr<Ffmpeg>>> files_;
  int frames_ = 0;
};

std::string Report(const envs::EnvironmentSpec& spec, int episode,
                   int64_t steps, double total, const envs::TimeStep& last) {
  std::string text = absl::StrFormat(
      "%s, episode %d: return %.4g in %d of %d steps (%.4g of %.4g s), ",
      spec.name, episode, total, steps, spec.step_limit,
      static_cast<double>(steps) * spec.control_timestep,
      static_cast<double>(spec.step_limit) * spec.control_timestep);
  absl::StrAppend(&text, last.terminated ? "terminated, " : "",
                  last.warning.empty()
                      ? "no warning of the physics"
                      : absl::StrCat("ended by the physics: ", last.warning),
                  "\n");
  return text;
}

absl::Status Watch() {
  if (absl::Status checked = CheckFlags(); !checked.ok()) return checked;
  const std::string task = absl::GetFlag(FLAGS_task);
  const uint32_t seed = absl::GetFlag(FLAGS_seed);
  const auto environment = envs::MakePhysicsEnvironment(task);
  if (!environment.ok()) return environment.status();
  const envs::EnvironmentSpec& spec = (*environment)->spec();
  const absl::StatusOr<Policy> policy =
      MakePolicy(absl::GetFlag(FLAGS_policy), spec, seed);
  if (!policy.ok()) return policy.status();
  absl::StatusOr<envs::ModelPtr> model = envs::LoadModelToDraw(task);
  if (!model.ok()) return model.status();
  const auto renderer =
      envs::Renderer::Create(*std::move(model), absl::GetFlag(FLAGS_width),
                             absl::GetFlag(FLAGS_height));
  if (!renderer.ok()) return renderer.status();
  const std::string chosen = absl::GetFlag(FLAGS_camera);
  const absl::StatusOr<int> camera =
      (*renderer)->FindCamera(chosen.empty() ? UsualCamera(task) : chosen);
  if (!camera.ok()) return camera.status();
  Film film;
  if (absl::Status opened = film.Open(); !opened.ok()) return opened;

  const int episodes = absl::GetFlag(FLAGS_episodes);
  const double seconds = absl::GetFlag(FLAGS_seconds);
  const double frames_per_step =
      absl::GetFlag(FLAGS_fps) * spec.control_timestep;
  // The state after step n is on show from n to n + 1 control timesteps.
  const auto frames_until = [&](int64_t step) {
    return static_cast<int>(
        std::ceil(static_cast<double>(step + 1) * frames_per_step - 1e-9));
  };
  int64_t steps = spec.step_limit;
  if (seconds > 0) {
    steps = std::min<int64_t>(
        steps, std::llround(std::ceil(seconds / spec.control_timestep - 1e-9)));
  }

  const InterruptScope interrupt;
  ProgressPrinter printer = StderrProgress();
  const auto start = std::chrono::steady_clock::now();
  const auto progress = [&] {
    const int total = episodes * frames_until(steps);
    return Progress{.unit = "frame",
                    .total = total,
                    .done = film.frames(),
                    .cost = static_cast<double>(total),
                    .cost_done = static_cast<double>(film.frames()),
                    .elapsed = std::chrono::duration<double>(
                                   std::chrono::steady_clock::now() - start)
                                   .count()};
  };

  std::string report;
  for (int episode = 1; episode <= episodes; ++episode) {
    envs::TimeStep now =
        episode == 1 ? (*environment)->Reset(seed) : (*environment)->Reset();
    double total = 0;
    int64_t step = 0;
    int shown = 0;
    while (true) {
      if (shown < frames_until(step)) {
        const absl::Span<const uint8_t> picture =
            (*renderer)->Render((*environment)->physics(), *camera);
        for (; shown < frames_until(step); ++shown) {
          if (interrupt.requested()) {
            return absl::CancelledError("stopped; nothing was written");
          }
          const absl::Status written = film.Write(picture);
          if (!written.ok()) return written;
          printer.Update(progress());
        }
      }
      if (step == steps || now.last()) break;
      const absl::StatusOr<envs::TimeStep> next =
          (*environment)->Step((*policy)(now.observation));
      if (!next.ok()) return next.status();
      now = *next;
      total += now.reward;
      ++step;
    }
    absl::StrAppend(&report, Report(spec, episode, step, total, now));
  }
  printer.Finish(progress());
  std::cout << report;
  return film.Finish();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::DescribeProgram(
      "Shows a policy at work in an environment: a video in real time, or its "
      "frames as pictures.");
  absl::Status status =
      experiments::ParseFlags(std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::Watch();
  return experiments::ExitStatus(status);
}
