#include "experiments/command_line.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "experiments/preset.h"
#include "experiments/program.h"
#include "tools/runfiles/users_folder.h"

ABSL_FLAG(std::string, output_dir, "",
          "Folder of the results. The same command continues there. Default: "
          "results/<experiment>_<preset>.");
ABSL_FLAG(int, threads, 0,
          "How many runs to do at a time, up to 1024; 0 is one a processor. "
          "Results do not depend on it.");

namespace experiments {
namespace {

// Far more than processors, and fewer than the system lets a process start.
constexpr int kMaxThreads = 1024;

absl::Status Parse(absl::string_view experiment, std::vector<char*> arguments) {
  absl::Status parsed = ParseFlagsAndPreset(experiment, std::move(arguments));
  if (!parsed.ok()) return parsed;
  const std::string preset = absl::GetFlag(FLAGS_preset);
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
  absl::SetFlag(&FLAGS_output_dir, tools::FromUsersFolder(output));
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
