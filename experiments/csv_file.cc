#include "experiments/csv_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/durable_file.h"

namespace experiments {
namespace {

std::string Line(const std::vector<std::string>& cells) {
  return absl::StrCat(absl::StrJoin(cells, ","), "\n");
}

}  // namespace

absl::StatusOr<CsvFile> CsvFile::Create(
    const std::string& path, const std::vector<std::string>& columns) {
  const std::string header = Line(columns);
  const absl::StatusOr<std::string> old = ReadFile(path);
  if (!old.ok() && !absl::IsNotFound(old.status())) return old.status();
  if (old.ok() && old->find('\n') < old->size() - 1) {
    return absl::FailedPreconditionError(
        absl::StrCat(path,
                     " has rows already, and there is no checkpoint to "
                     "go on from: move it away or choose another "
                     "--output_dir"));
  }
  const absl::Status written = ReplaceFile(path, header);
  if (!written.ok()) return written;
  return Continue(path, columns, static_cast<int64_t>(header.size()));
}

absl::StatusOr<CsvFile> CsvFile::Continue(
    const std::string& path, const std::vector<std::string>& columns,
    int64_t bytes) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  if (static_cast<int64_t>(text->size()) < bytes ||
      !absl::StartsWith(*text, Line(columns))) {
    return absl::DataLossError(
        absl::StrCat(path, " is not what the checkpoint was made with (", bytes,
                     " bytes, columns ", absl::StrJoin(columns, ","),
                     "): put the file back, or choose another --output_dir"));
  }
  absl::StatusOr<std::unique_ptr<AppendFile>> file =
      AppendFile::Open(path, bytes);
  if (!file.ok()) return file.status();
  return CsvFile(*std::move(file), bytes);
}

CsvFile::CsvFile(std::unique_ptr<AppendFile> file, int64_t bytes)
    : file_(std::move(file)), bytes_(bytes) {}

absl::Status CsvFile::Append(const std::vector<std::string>& cells) {
  const std::string line = Line(cells);
  const absl::Status status = file_->Append(line);
  if (status.ok()) bytes_ += static_cast<int64_t>(line.size());
  return status;
}

absl::Status CsvFile::Sync() { return file_->Sync(); }

}  // namespace experiments
