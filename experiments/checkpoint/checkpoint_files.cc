#include "experiments/checkpoint/checkpoint_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "experiments/durable_file.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "decision_";
constexpr char kSuffix[] = ".safetensors";

}  // namespace

std::string CheckpointName(int64_t decisions) {
  return absl::StrFormat("%s%09d%s", kPrefix, decisions, kSuffix);
}

bool IsCheckpoint(absl::string_view file_name) {
  return absl::StartsWith(file_name, kPrefix) &&
         absl::EndsWith(file_name, kSuffix);
}

std::vector<std::string> CheckpointPaths(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder, error)) {
    if (IsCheckpoint(entry.path().filename().string())) {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end(), std::greater<>());
  return paths;
}

absl::StatusOr<safetensors::File> ReadCheckpoint(const std::string& path) {
  absl::StatusOr<std::string> contents = ReadFile(path);
  if (!contents.ok()) return contents.status();
  absl::StatusOr<safetensors::File> file =
      safetensors::File::Parse(*std::move(contents), path);
  if (!file.ok()) return file.status();
  const auto format = file->metadata().find("format");
  if (format == file->metadata().end() || format->second != kCheckpointFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is of format \"",
                     format == file->metadata().end() ? "" : format->second,
                     "\" and this program reads \"", kCheckpointFormat,
                     "\": use the version that wrote it, or another folder"));
  }
  return file;
}

absl::StatusOr<safetensors::File> ReadNewestCheckpoint(
    const std::string& folder, std::vector<std::string>& notes,
    const std::function<
        absl::StatusOr<safetensors::File>(const std::string& path)>& read) {
  const std::vector<std::string> paths = CheckpointPaths(folder);
  std::vector<std::string> problems;
  for (const std::string& path : paths) {
    absl::StatusOr<safetensors::File> file = read(path);
    if (file.ok() ||
        !(absl::IsDataLoss(file.status()) || absl::IsNotFound(file.status()))) {
      notes.insert(notes.end(), problems.begin(), problems.end());
      return file;
    }
    // A piece of the replay may be missing for all of them.
    if (problems.empty() || problems.back() != file.status().message()) {
      problems.emplace_back(file.status().message());
    }
  }
  if (paths.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there is no checkpoint in ", folder));
  }
  return absl::DataLossError(absl::StrJoin(problems, "; "));
}

}  // namespace experiments
