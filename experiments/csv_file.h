// A table that grows line by line and can go on from an earlier length.
#ifndef EXPERIMENTS_CSV_FILE_H_
#define EXPERIMENTS_CSV_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/durable_file.h"

namespace experiments {

class CsvFile {
 public:
  // A new file with a header line. FailedPrecondition if there is one with more
  // lines already.
  static absl::StatusOr<CsvFile> Create(
      const std::string& path, const std::vector<std::string>& columns);
  // The file cut to its first `bytes`, which another such object had written.
  // DataLoss if it is shorter, or its header is not that of the columns.
  static absl::StatusOr<CsvFile> Continue(
      const std::string& path, const std::vector<std::string>& columns,
      int64_t bytes);

  // One line; a cell is any text without comma and line break. After an error
  // nothing of the line is in the file.
  absl::Status Append(const std::vector<std::string>& cells);
  // Waits until all lines are on the disk.
  absl::Status Sync();

  int64_t bytes() const { return bytes_; }

 private:
  CsvFile(std::unique_ptr<AppendFile> file, int64_t bytes);

  std::unique_ptr<AppendFile> file_;
  int64_t bytes_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_CSV_FILE_H_
