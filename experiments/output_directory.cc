#include "experiments/output_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "experiments/config.h"
#include "experiments/durable_file.h"

namespace experiments {
namespace {

// The system takes the lock away when the process ends, however it does. A
// file of its own, as network file systems lock only files open for writing.
absl::StatusOr<int> Lock(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/.lock");
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return FileError("write", path, errno);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  const int error_number = errno;
  close(descriptor);
  if (error_number == EWOULDBLOCK) {
    return absl::FailedPreconditionError(absl::StrCat(
        "another process is writing to ", folder,
        ": wait until it has ended, or choose another --output_dir"));
  }
  return FileError("lock", path, error_number);
}

absl::Status CheckConfig(const OutputDirectory& directory,
                         const std::vector<std::string>& free_flags,
                         absl::string_view results) {
  const std::string path = directory.PathOf("config.flags");
  std::error_code error;
  if (!std::filesystem::exists(directory.PathOf(results), error)) {
    return absl::OkStatus();
  }
  const absl::StatusOr<std::string> config = ReadFile(path);
  if (absl::IsNotFound(config.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is no ", path, " to tell the settings of the runs in ",
        directory.PathOf(results),
        ": move that file away or choose another --output_dir"));
  }
  if (!config.ok()) return config.status();
  return CheckSameConfig(*config, path, free_flags);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutputDirectory>> OutputDirectory::Open(
    const std::string& path, std::vector<std::string> free_flags,
    absl::string_view results) {
  signal(SIGXFSZ, SIG_IGN);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return FileError("create", path, error.value());
  const absl::StatusOr<int> lock = Lock(path);
  if (!lock.ok()) return lock.status();
  auto directory = absl::WrapUnique(new OutputDirectory(path, *lock));

  free_flags.insert(free_flags.end(),
                    {"dump_graph", "figures", "output_dir", "threads"});
  const absl::Status same = CheckConfig(*directory, free_flags, results);
  if (!same.ok()) return same;
  const absl::StatusOr<std::string> config = ConfigText();
  if (!config.ok()) return config.status();
  const absl::Status written = directory->Write("config.flags", *config);
  if (!written.ok()) return written;
  return directory;
}

OutputDirectory::OutputDirectory(std::string path, int lock)
    : path_(std::move(path)), lock_(lock) {}

OutputDirectory::~OutputDirectory() { close(lock_); }

std::string OutputDirectory::PathOf(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::Status OutputDirectory::Write(absl::string_view name,
                                    absl::string_view contents) const {
  return ReplaceFile(PathOf(name), contents);
}

}  // namespace experiments
