// Files that survive a kill -9 and a power cut, and a full disk without harm.
//
// Every error is one sentence: what failed, on which path, the system's reason
// and what to do.
#ifndef EXPERIMENTS_DURABLE_FILE_H_
#define EXPERIMENTS_DURABLE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// "cannot <action> <path>: <reason>; <what to do>".
absl::Status FileError(absl::string_view action, absl::string_view path,
                       int error_number);

// NotFound if there is no such file.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Makes `contents` the whole file in one step: whatever happens, the file then
// holds either the old contents or the new. Goes through <path>.tmp.
absl::Status ReplaceFile(const std::string& path, absl::string_view contents);

// A file that grows by whole records.
class AppendFile {
 public:
  // Opens an existing file and cuts it to its first `size` bytes.
  static absl::StatusOr<std::unique_ptr<AppendFile>> Open(
      const std::string& path, int64_t size);

  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  // Hands the record to the system, which keeps it even if this process is
  // killed. After an error nothing of the record is in the file, and no more
  // can be appended.
  absl::Status Append(absl::string_view record);

  // Waits until everything appended is on the disk, safe from a power cut.
  absl::Status Sync();

 private:
  AppendFile(std::string path, int descriptor, int64_t size);

  const std::string path_;
  const int descriptor_;
  int64_t size_;
  absl::Status status_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_DURABLE_FILE_H_
