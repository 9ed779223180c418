// One picture of all tasks:
//
//   bazel run //experiments/watch:contact_sheet -- --output=tasks.png

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "envs/physics/model.h"
#include "envs/physics/physics_environment.h"
#include "envs/physics/renderer.h"
#include "envs/registry.h"
#include "experiments/program.h"
#include "experiments/watch/camera.h"
#include "experiments/watch/ffmpeg.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(std::string, output, "tasks.png", "File to write.");
ABSL_FLAG(std::vector<std::string>, tasks, {}, "Names; empty: all.");
ABSL_FLAG(int, columns, 6, "Pictures in a row.");
ABSL_FLAG(int, width, 240, "Of one picture in pixels.");
ABSL_FLAG(int, height, 180, "Of one picture in pixels.");

namespace experiments {
namespace {

// Episodes that start in a posture that is easy to recognise.
uint32_t Seed(const std::string& task) {
  static const auto* const seeds = new std::map<std::string, uint32_t>{
      {"ball_in_cup-catch", 4}, {"dog-stand", 7},       {"dog-trot", 4},
      {"dog-walk", 6},          {"finger-spin", 3},     {"fish-swim", 1},
      {"fish-upright", 3},      {"hopper-hop", 3},      {"humanoid-run", 1965},
      {"humanoid-stand", 951},  {"humanoid-walk", 297}, {"quadruped-run", 3},
      {"reacher-easy", 3},      {"walker-run", 3},      {"walker-walk", 2}};
  const auto found = seeds->find(task);
  return found == seeds->end() ? 0 : found->second;
}

// Pictures of one size, row by row, with white lines between them.
class Sheet {
 public:
  Sheet(int pictures, int columns, int width, int height)
      : columns_(columns),
        picture_width_(width),
        picture_height_(height),
        width_(columns * (width + kGap) - kGap),
        height_((pictures + columns - 1) / columns * (height + kGap) - kGap),
        pixels_(static_cast<size_t>(width_) * height_ * 3, 255) {}

  int width() const { return width_; }
  int height() const { return height_; }
  absl::Span<const uint8_t> pixels() const { return pixels_; }

  void Put(int place, absl::Span<const uint8_t> rgb) {
    const size_t left = place % columns_ * (picture_width_ + kGap);
    const size_t top = place / columns_ * (picture_height_ + kGap);
    const size_t row = static_cast<size_t>(picture_width_) * 3;
    for (int y = 0; y < picture_height_; ++y) {
      std::copy_n(rgb.data() + y * row, row,
                  pixels_.data() + ((top + y) * width_ + left) * 3);
    }
  }

 private:
  static constexpr int kGap = 4;  // pixels

  const int columns_;
  const int picture_width_;
  const int picture_height_;
  const int width_;
  const int height_;
  std::vector<uint8_t> pixels_;
};

// The start of an episode.
absl::Status Draw(const std::string& task, int place, Sheet& sheet) {
  const auto environment = envs::MakePhysicsEnvironment(task);
  if (!environment.ok()) return environment.status();
  absl::StatusOr<envs::ModelPtr> model = envs::LoadModelToDraw(task);
  if (!model.ok()) return model.status();
  const auto renderer =
      envs::Renderer::Create(*std::move(model), absl::GetFlag(FLAGS_width),
                             absl::GetFlag(FLAGS_height));
  if (!renderer.ok()) return renderer.status();
  const absl::StatusOr<int> camera = (*renderer)->FindCamera(UsualCamera(task));
  if (!camera.ok()) return camera.status();
  (*environment)->Reset(Seed(task));
  sheet.Put(place,
            (*renderer)->Render((*environment)->physics(), *camera, task));
  return absl::OkStatus();
}

absl::Status DrawAll() {
  std::vector<std::string> tasks = absl::GetFlag(FLAGS_tasks);
  if (tasks.empty()) tasks = envs::EnvironmentNames();
  const int count = static_cast<int>(tasks.size());
  const int columns = absl::GetFlag(FLAGS_columns);
  if (columns < 1 || columns > 100) {
    return absl::InvalidArgumentError(
        absl::StrCat("--columns=", columns, " must be from 1 to 100"));
  }
  // The renderer looks at these as well, but the sheet comes first.
  for (const int size :
       {absl::GetFlag(FLAGS_width), absl::GetFlag(FLAGS_height)}) {
    if (size < 1 || size > envs::Renderer::kMaxSize) {
      return absl::InvalidArgumentError(
          absl::StrCat("--width and --height must be from 1 to ",
                       envs::Renderer::kMaxSize, ", not ", size));
    }
  }
  Sheet sheet(count, columns, absl::GetFlag(FLAGS_width),
              absl::GetFlag(FLAGS_height));
  const auto picture =
      Ffmpeg::OpenPicture(tools::FromUsersFolder(absl::GetFlag(FLAGS_output)),
                          {.width = sheet.width(), .height = sheet.height()});
  if (!picture.ok()) return picture.status();
  for (int i = 0; i < count; ++i) {
    const absl::Status drawn = Draw(tasks[i], i, sheet);
    if (!drawn.ok()) return drawn;
  }
  const absl::Status written = (*picture)->Write(sheet.pixels());
  if (!written.ok()) return written;
  return (*picture)->Finish();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::DescribeProgram(
      "Draws the start of an episode of every task into one picture.");
  absl::Status status =
      experiments::ParseFlags(std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::DrawAll();
  return experiments::ExitStatus(status);
}
