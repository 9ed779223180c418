#include "experiments/watch/show.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
#include "experiments/progress.h"
#include "experiments/watch/camera.h"
#include "experiments/watch/ffmpeg.h"
#include "experiments/watch/policy.h"

namespace experiments {
namespace {

absl::Status Check(const ShowOptions& options) {
  const auto wrong = [](const auto&... parts) {
    return absl::InvalidArgumentError(absl::StrCat(parts...));
  };
  if (options.video.empty() && options.frames.empty()) {
    return wrong("nothing to write: give --video=FILE.mp4 or --frames=FOLDER");
  }
  if (!options.video.empty() && !absl::EndsWith(options.video, ".mp4")) {
    return wrong("--video=", options.video, " must end in .mp4");
  }
  if (!(options.seconds >= 0 && options.seconds < 1e6)) {
    return wrong("--seconds=", options.seconds,
                 " must be between 0 and a million");
  }
  if (options.episodes < 1 || options.episodes > 1000) {
    return wrong("--episodes=", options.episodes, " must be from 1 to 1000");
  }
  if (options.fps < 1 || options.fps > 1000) {
    return wrong("--fps=", options.fps, " must be from 1 to 1000");
  }
  return absl::OkStatus();
}

// The files that the options ask for.
class Film {
 public:
  absl::Status Open(const ShowOptions& options) {
    const Ffmpeg::Format format{
        .width = options.width, .height = options.height, .fps = options.fps};
    absl::Status status;
    if (!options.video.empty()) {
      status.Update(
          Add(options.video, Ffmpeg::OpenVideo(options.video, format)));
    }
    if (!options.frames.empty()) {
      const std::string path(absl::StripSuffix(options.frames, "/"));
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

  // Appends what was written to the report.
  absl::Status Finish(std::string& report) {
    for (const auto& [path, file] : files_) {
      const absl::Status status = file->Finish();
      if (!status.ok()) return status;
      absl::StrAppend(&report, path, ": ", frames_, " frames\n");
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

}  // namespace

absl::StatusOr<std::string> Show(const ShowOptions& options,
                                 const PolicyMaker& make_policy) {
  if (absl::Status checked = Check(options); !checked.ok()) return checked;
  const auto environment = envs::MakePhysicsEnvironment(options.task);
  if (!environment.ok()) return environment.status();
  const envs::EnvironmentSpec& spec = (*environment)->spec();
  const absl::StatusOr<Policy> policy = make_policy(spec);
  if (!policy.ok()) return policy.status();
  absl::StatusOr<envs::ModelPtr> model = envs::LoadModelToDraw(options.task);
  if (!model.ok()) return model.status();
  const auto renderer =
      envs::Renderer::Create(*std::move(model), options.width, options.height);
  if (!renderer.ok()) return renderer.status();
  const absl::StatusOr<int> camera = (*renderer)->FindCamera(
      options.camera.empty() ? UsualCamera(options.task) : options.camera);
  if (!camera.ok()) return camera.status();
  Film film;
  if (absl::Status opened = film.Open(options); !opened.ok()) return opened;

  const double frames_per_step = options.fps * spec.control_timestep;
  // The state after step n is on show from n to n + 1 control timesteps.
  const auto frames_until = [&](int64_t step) {
    return static_cast<int>(
        std::ceil(static_cast<double>(step + 1) * frames_per_step - 1e-9));
  };
  int64_t steps = spec.step_limit;
  if (options.seconds > 0) {
    steps = std::min<int64_t>(
        steps, std::llround(
                   std::ceil(options.seconds / spec.control_timestep - 1e-9)));
  }

  const InterruptScope interrupt;
  ProgressPrinter printer = StderrProgress();
  const auto start = std::chrono::steady_clock::now();
  const auto progress = [&] {
    const int total = options.episodes * frames_until(steps);
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
  for (int episode = 1; episode <= options.episodes; ++episode) {
    envs::TimeStep now = episode == 1 ? (*environment)->Reset(options.seed)
                                      : (*environment)->Reset();
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
          (*environment)->Step((*policy)(now.observation, step));
      if (!next.ok()) return next.status();
      now = *next;
      total += now.reward;
      ++step;
    }
    absl::StrAppend(&report, Report(spec, episode, step, total, now));
  }
  printer.Finish(progress());
  if (absl::Status written = film.Finish(report); !written.ok()) return written;
  return report;
}

}  // namespace experiments
