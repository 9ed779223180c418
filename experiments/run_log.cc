#include "experiments/run_log.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "experiments/durable_file.h"
#include "experiments/run_table.h"

namespace experiments {

RunLog::RunLog(std::string path, Columns columns)
    : path_(std::move(path)), columns_(std::move(columns)) {}

absl::StatusOr<std::unique_ptr<RunLog>> RunLog::Open(
    const std::string& path, const Columns& columns,
    const std::vector<bool>& numeric_keys) {
  auto log = absl::WrapUnique(new RunLog(path, columns));
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) return log;
  if (!text.ok()) return text.status();
  absl::StatusOr<ParsedRuns> runs =
      ParseRuns(*text, path, columns, numeric_keys);
  if (!runs.ok()) return runs.status();
  log->earlier_rows_ = std::move(runs->rows);
  log->whole_bytes_ = runs->whole_bytes;
  return log;
}

absl::Status RunLog::Append(const Row& row) {
  if (file_ == nullptr) {
    if (whole_bytes_ == 0) {
      const std::string header = HeaderLine(columns_);
      const absl::Status created = ReplaceFile(path_, header);
      if (!created.ok()) return created;
      whole_bytes_ = static_cast<int64_t>(header.size());
    }
    absl::StatusOr<std::unique_ptr<AppendFile>> file =
        AppendFile::Open(path_, whole_bytes_);
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
  }
  return file_->Append(RowLine(row));
}

absl::Status RunLog::Sync() {
  return file_ == nullptr ? absl::OkStatus() : file_->Sync();
}

absl::Status RunLog::Finish(const std::vector<Row>& rows) {
  std::string text = HeaderLine(columns_);
  for (const Row& row : rows) absl::StrAppend(&text, RowLine(row));
  const absl::StatusOr<std::string> before = ReadFile(path_);
  if (before.ok() && *before == text) return Sync();
  file_ = nullptr;
  return ReplaceFile(path_, text);
}

}  // namespace experiments
