#include "experiments/watch/camera.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace experiments {

std::string UsualCamera(absl::string_view task) {
  if (absl::StartsWith(task, "acrobot-")) return "lookat";
  if (absl::StartsWith(task, "ball_in_cup-")) return "cam1";
  if (absl::StartsWith(task, "humanoid-")) return "side";
  if (absl::StartsWith(task, "quadruped-")) return "y";
  if (task == "fish-upright") return "tracking_y";
  if (task == "fish-swim") return "-1";  // all others lose the target
  return "0";
}

}  // namespace experiments
