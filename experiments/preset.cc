#include "experiments/preset.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "experiments/program.h"
#include "tools/runfiles/runfiles.h"

ABSL_FLAG(std::string, preset, "quick",
          "Name of a set of flags in experiments/presets, or empty; the flags "
          "given beside it override it.");

namespace experiments {
namespace {

namespace fs = std::filesystem;

// The presets of a family by name, sorted.
std::vector<std::string> PresetNames(const std::string& folder,
                                     absl::string_view family) {
  const std::string prefix = absl::StrCat(family, "_");
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder, error)) {
    const std::string file = entry.path().filename().string();
    absl::string_view name = file;
    if (absl::ConsumePrefix(&name, prefix) &&
        absl::ConsumeSuffix(&name, ".flags")) {
      names.emplace_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> PresetPath(absl::string_view family,
                                       const std::string& preset) {
  const absl::StatusOr<std::string> folder =
      tools::RunfilePath("experiments/presets");
  if (!folder.ok()) return folder.status();
  const std::vector<std::string> names = PresetNames(*folder, family);
  if (std::find(names.begin(), names.end(), preset) == names.end()) {
    return absl::NotFoundError(
        absl::StrCat("there is no preset \"", preset, "\"; the presets of ",
                     family, " are: ", absl::StrJoin(names, ", ")));
  }
  return absl::StrCat(*folder, "/", family, "_", preset, ".flags");
}

}  // namespace

absl::Status ParseFlagsAndPreset(absl::string_view family,
                                 std::vector<char*> arguments) {
  const absl::Status parsed = ParseFlags(arguments);
  const std::string preset = absl::GetFlag(FLAGS_preset);
  if (!parsed.ok() || preset.empty()) return parsed;
  const absl::StatusOr<std::string> path = PresetPath(family, preset);
  if (!path.ok()) return path.status();
  // Once more with the preset first, as later flags override earlier ones.
  std::string flagfile = absl::StrCat("--flagfile=", *path);
  arguments.insert(arguments.begin() + 1, flagfile.data());
  return ParseFlags(arguments);
}

}  // namespace experiments
