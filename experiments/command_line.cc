#include "experiments/command_line.h"

#include <algorithm>
#include <cstdlib>
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
ABSL_FLAG(std::string, output_dir, "",
          "Folder of the results. The same command continues there. Default: "
          "results/<experiment>_<preset>.");
ABSL_FLAG(int, threads, 0,
          "How many runs to do at a time, up to 1024; 0 is one a processor. "
          "Results do not depend on it.");

namespace experiments {
namespace {

namespace fs = std::filesystem;

// Far more than processors, and fewer than the system lets a process start.
constexpr int kMaxThreads = 1024;

// The presets of an experiment by name, sorted.
std::vector<std::string> PresetNames(const std::string& folder,
                                     absl::string_view experiment) {
  const std::string prefix = absl::StrCat(experiment, "_");
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

absl::StatusOr<std::string> PresetPath(absl::string_view experiment,
                                       const std::string& preset) {
  const absl::StatusOr<std::string> folder =
      tools::RunfilePath("experiments/presets");
  if (!folder.ok()) return folder.status();
  const std::vector<std::string> names = PresetNames(*folder, experiment);
  if (std::find(names.begin(), names.end(), preset) == names.end()) {
    return absl::NotFoundError(
        absl::StrCat("there is no preset \"", preset, "\"; the presets of ",
                     experiment, " are: ", absl::StrJoin(names, ", ")));
  }
  return absl::StrCat(*folder, "/", experiment, "_", preset, ".flags");
}

absl::Status Parse(absl::string_view experiment, std::vector<char*> arguments) {
  absl::Status parsed = ParseFlags(arguments);
  if (!parsed.ok()) return parsed;
  const std::string preset = absl::GetFlag(FLAGS_preset);
  if (!preset.empty()) {
    const absl::StatusOr<std::string> path = PresetPath(experiment, preset);
    if (!path.ok()) return path.status();
    // Once more with the preset first, as later flags override earlier ones.
    std::string flagfile = absl::StrCat("--flagfile=", *path);
    arguments.insert(arguments.begin() + 1, flagfile.data());
    parsed = ParseFlags(arguments);
    if (!parsed.ok()) return parsed;
  }
  const int threads = absl::GetFlag(FLAGS_threads);
  if (threads < 0 || threads > kMaxThreads) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--threads=", threads, ": it must be from 0 to ", kMaxThreads));
  }
  std::string output = absl::GetFlag(FLAGS_output_dir);
  if (output.empty()) {
    output =
        absl::StrCat("results/", experiment, preset.empty() ? "" : "_", preset);
  }
  absl::SetFlag(&FLAGS_output_dir, FromUsersFolder(output));
  return absl::OkStatus();
}

}  // namespace

void ParseCommandLine(absl::string_view experiment,
                      absl::string_view description, int argc, char** argv) {
  DescribeProgram(description);
  const absl::Status status =
      Parse(experiment, std::vector<char*>(argv, argv + argc));
  if (!status.ok()) std::exit(ExitStatus(status));
}

}  // namespace experiments
