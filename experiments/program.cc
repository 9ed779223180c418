#include "experiments/program.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <vector>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace experiments {
namespace {

// Nothing is left to build a status with.
[[noreturn]] void OutOfMemory() {
  std::fputs(
      "ERROR: the machine has not enough memory for this: smaller sizes or "
      "fewer threads need less\n",
      stderr);
  std::_Exit(1);
}

}  // namespace

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
  std::set_new_handler(OutOfMemory);
  // Abseil takes argv without const, but does not change it.
  const std::vector<char*> rest = absl::ParseCommandLine(
      static_cast<int>(arguments.size()), const_cast<char**>(arguments.data()));
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", rest[1], "\" is not a flag: flags begin with --"));
  }
  return absl::OkStatus();
}

int ExitStatus(const absl::Status& status) {
  if (status.ok()) {
    if (std::cout.flush()) return 0;
    std::cerr << "ERROR: cannot write to the standard output" << std::endl;
    return 1;
  }
  if (absl::IsCancelled(status)) {
    std::cerr << status.message() << std::endl;
    return 130;  // 128 + SIGINT, as from a shell.
  }
  std::cerr << "ERROR: " << status.message() << std::endl;
  return 1;
}

}  // namespace experiments
