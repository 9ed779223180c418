#include "experiments/program.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace experiments {

void DescribeProgram(absl::string_view description) {
  absl::SetProgramUsageMessage(description);
  // By default --help lists only the flags of a file named like the program.
  absl::FlagsUsageConfig help;
  help.contains_help_flags = [](absl::string_view file) {
    return !absl::StrContains(file, "absl/flags/");
  };
  absl::SetFlagsUsageConfig(help);
}

absl::Status ParseFlags(const std::vector<char*>& arguments) {
  // Abseil takes argv without const, but does not change it.
  const std::vector<char*> rest = absl::ParseCommandLine(
      static_cast<int>(arguments.size()), const_cast<char**>(arguments.data()));
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", rest[1], "\" is not a flag: flags begin with --"));
  }
  return absl::OkStatus();
}

std::string FromUsersFolder(const std::string& path) {
  // Under `bazel run`, the working folder is one of Bazel's.
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  const std::filesystem::path base = folder == nullptr
                                         ? std::filesystem::current_path()
                                         : std::filesystem::path(folder);
  // An absolute path replaces the base.
  return (base / path).lexically_normal().string();
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
