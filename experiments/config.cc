#include "experiments/config.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace experiments {
namespace {

// Sorted by name.
std::map<std::string, absl::CommandLineFlag*> OurFlags() {
  std::map<std::string, absl::CommandLineFlag*> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    // Abseil's own (--flagfile and others) say how to read, not what to do; so
    // does --preset.
    if (absl::StrContains(flag->Filename(), "absl/flags/") ||
        name == "preset") {
      continue;
    }
    flags.emplace(name, flag);
  }
  return flags;
}

absl::Status Refuse(absl::string_view path, absl::string_view old_flag,
                    absl::string_view present, absl::string_view way_back) {
  return absl::FailedPreconditionError(absl::StrCat(
      "by ", path, " the runs there were made with ", old_flag, ", and ",
      present,
      "; runs with different settings cannot share a folder: choose another "
      "--output_dir",
      way_back));
}

// Value by name.
absl::StatusOr<std::map<std::string, std::string>> ParseConfig(
    absl::string_view config, absl::string_view path) {
  std::map<std::string, std::string> flags;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(config, '\n')) {
    ++number;
    if (line.empty() || absl::StartsWith(line, "#")) continue;
    const std::pair<absl::string_view, absl::string_view> flag =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    absl::string_view name = flag.first;
    if (!absl::ConsumePrefix(&name, "--") || name.size() == line.size() - 2) {
      return absl::DataLossError(absl::StrCat(
          path, ":", number, ": \"", line,
          "\" is not of the form --flag=value; repair the line or use another "
          "folder"));
    }
    flags.emplace(name, flag.second);
  }
  return flags;
}

}  // namespace

absl::StatusOr<std::string> ConfigText() {
  std::string text =
      "# Every flag of these results. To do them again elsewhere:\n"
      "# <the program> --flagfile=<this file> --output_dir=<another folder>\n";
  for (const auto& [name, flag] : OurFlags()) {
    const std::string value = flag->CurrentValue();
    if (absl::StrContains(value, '\n')) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " has a line break in its value"));
    }
    absl::StrAppend(&text, "--", name, "=", value, "\n");
  }
  return text;
}

absl::Status CheckSameConfig(absl::string_view config, absl::string_view path,
                             const std::vector<std::string>& free_flags) {
  absl::StatusOr<std::map<std::string, std::string>> parsed =
      ParseConfig(config, path);
  if (!parsed.ok()) return parsed.status();
  std::map<std::string, std::string>& old = *parsed;
  for (const auto& [name, flag] : OurFlags()) {
    const auto found = old.find(name);
    // A flag younger than the results: they were made with what is now its
    // default.
    const std::string value =
        found == old.end() ? flag->DefaultValue() : found->second;
    if (found != old.end()) old.erase(found);
    const bool is_free = std::find(free_flags.begin(), free_flags.end(),
                                   name) != free_flags.end();
    if (!is_free && value != flag->CurrentValue()) {
      const std::string old_flag = absl::StrCat("--", name, "=", value);
      return Refuse(
          path, old_flag,
          absl::StrCat("now it is --", name, "=", flag->CurrentValue()),
          absl::StrCat(" or go back to ", old_flag));
    }
  }
  if (!old.empty()) {
    const auto& [name, value] = *old.begin();
    return Refuse(path, absl::StrCat("--", name, "=", value),
                  "this program has no such flag", "");
  }
  return absl::OkStatus();
}

absl::Status TakeConfig(absl::string_view config, absl::string_view path,
                        const std::vector<std::string>& files,
                        const std::vector<std::string>& except) {
  const absl::StatusOr<std::map<std::string, std::string>> taken =
      ParseConfig(config, path);
  if (!taken.ok()) return taken.status();
  for (const auto& [name, flag] : OurFlags()) {
    const std::string file = flag->Filename();
    const bool ours =
        std::any_of(files.begin(), files.end(), [&](const std::string& suffix) {
          return absl::EndsWith(file, suffix);
        });
    const auto found = taken->find(name);
    if (!ours || found == taken->end() ||
        std::find(except.begin(), except.end(), name) != except.end()) {
      continue;
    }
    std::string error;
    if (!flag->ParseFrom(found->second, &error)) {
      return absl::DataLossError(absl::StrCat(
          path, ": --", name, "=", found->second, " is no value of that flag"));
    }
  }
  return absl::OkStatus();
}

}  // namespace experiments
