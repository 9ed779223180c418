// runs.csv: the finished runs of an experiment, appended as they finish.
#ifndef EXPERIMENTS_RUN_LOG_H_
#define EXPERIMENTS_RUN_LOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/durable_file.h"
#include "experiments/run_table.h"

namespace experiments {

// The file is a log while runs finish, in whatever order they do, and an
// ordered table once all have. A process killed at any moment leaves every row
// it has appended, and perhaps a torn last line, which Open ignores and the
// next Append overwrites. The file comes into being with its first row.
//
// Not thread-safe. One process at a time: see OutputDirectory.
class RunLog {
 public:
  // Reads the rows of earlier starts. DataLoss, with the file left as it is, if
  // it cannot be ours (see ParseRuns for the cases and `numeric_keys`).
  static absl::StatusOr<std::unique_ptr<RunLog>> Open(
      const std::string& path, const Columns& columns,
      const std::vector<bool>& numeric_keys);

  const std::string& path() const { return path_; }

  // The rows there were when the file was opened, in the file's order.
  const std::vector<Row>& earlier_rows() const { return earlier_rows_; }

  // Safe from a kill when this returns, and from a power cut after Sync.
  absl::Status Append(const Row& row);
  absl::Status Sync();

  // Replaces the file by these rows, if that changes it. No more Append then.
  absl::Status Finish(const std::vector<Row>& rows);

 private:
  RunLog(std::string path, Columns columns);

  const std::string path_;
  const Columns columns_;
  std::vector<Row> earlier_rows_;
  int64_t whole_bytes_ = 0;
  // Opened by the first Append.
  std::unique_ptr<AppendFile> file_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LOG_H_
