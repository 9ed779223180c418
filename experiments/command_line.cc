#include "experiments/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "experiments/runfiles.h"

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
  const absl::StatusOr<std::string> folder = RunfilePath("experiments/presets");
  if (!folder.ok()) return folder.status();
  const std::vector<std::string> names = PresetNames(*folder, experiment);
  if (std::find(names.begin(), names.end(), preset) == names.end()) {
    return absl::NotFoundError(
        absl::StrCat("there is no preset \"", preset, "\"; the presets of ",
                     experiment, " are: ", absl::StrJoin(names, ", ")));
  }
  return absl::StrCat(*folder, "/", experiment, "_", preset, ".flags");
}

// Flags first: Abseil takes argv without const, but does not change it.
std::vector<char*> ParseFlags(const std::vector<char*>& arguments) {
  return absl::ParseCommandLine(static_cast<int>(arguments.size()),
                                const_cast<char**>(arguments.data()));
}

// Under `bazel run`, the working folder is one of Bazel's.
std::string FromUsersFolder(const std::string& path) {
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  const fs::path base =
      folder == nullptr ? fs::current_path() : fs::path(folder);
  // An absolute path replaces the base.
  return (base / path).lexically_normal().string();
}

absl::Status Parse(absl::string_view experiment, std::vector<char*> arguments) {
  std::vector<char*> rest = ParseFlags(arguments);
  const std::string preset = absl::GetFlag(FLAGS_preset);
  if (!preset.empty()) {
    const absl::StatusOr<std::string> path = PresetPath(experiment, preset);
    if (!path.ok()) return path.status();
    // Once more with the preset first, as later flags override earlier ones.
    std::string flagfile = absl::StrCat("--flagfile=", *path);
    arguments.insert(arguments.begin() + 1, flagfile.data());
    rest = ParseFlags(arguments);
  }
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", rest[1], "\" is not a flag: flags begin with --"));
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
  absl::SetProgramUsageMessage(description);
  // By default --help lists only the flags of a file named like the program.
  absl::FlagsUsageConfig help;
  help.contains_help_flags = [](absl::string_view file) {
    return !absl::StrContains(file, "absl/flags/");
  };
  absl::SetFlagsUsageConfig(help);
  const absl::Status status =
      Parse(experiment, std::vector<char*>(argv, argv + argc));
  if (!status.ok()) std::exit(ExitStatus(status));
}

int ExitStatus(const absl::Status& status) {
  if (status.ok()) return 0;
  if (absl::IsCancelled(status)) {
    std::cerr << status.message() << std::endl;
    return 130;  // 128 + SIGINT, as from a shell.
  }
  std::cerr << "ERROR: " << status.message() << std::endl;
  return 1;
}

}  // namespace experiments
