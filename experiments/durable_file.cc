#include "experiments/durable_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace experiments {
namespace {

absl::string_view Advice(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "free some space and run the same command again";
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case EISDIR:
    case ENOENT:
      return "choose an --output_dir that you may write to";
    default:
      return "check the disk and run the same command again";
  }
}

absl::Status CannotWrite(absl::string_view path) {
  return FileError("write", path, errno);
}

// The number of bytes written before the first error, which is in errno.
int64_t WriteAll(int descriptor, absl::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t step =
        write(descriptor, bytes.data() + done, bytes.size() - done);
    if (step > 0) {
      done += static_cast<size_t>(step);
    } else if (step == 0) {
      errno = EIO;  // POSIX does not say what a file means by this.
      break;
    } else if (errno != EINTR) {
      break;
    }
  }
  return static_cast<int64_t>(done);
}

// A file's name is safe only once its folder is on the disk.
absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder =
      std::filesystem::absolute(path).parent_path().string();
  const int descriptor =
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return CannotWrite(folder);
  absl::Status status;
  // Some network file systems cannot sync a folder, and say EINVAL.
  if (fsync(descriptor) != 0 && errno != EINVAL) status = CannotWrite(folder);
  close(descriptor);
  return status;
}

absl::Status WriteNewFile(const std::string& path, absl::string_view contents) {
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return CannotWrite(path);
  absl::Status status;
  if (WriteAll(descriptor, contents) != static_cast<int64_t>(contents.size()) ||
      fsync(descriptor) != 0) {
    status = CannotWrite(path);
  }
  // Network file systems may report a full disk only now.
  if (close(descriptor) != 0 && status.ok()) status = CannotWrite(path);
  return status;
}

}  // namespace

absl::Status FileError(absl::string_view action, absl::string_view path,
                       int error_number) {
  return absl::Status(
      absl::ErrnoToStatusCode(error_number),
      absl::StrCat("cannot ", action, " ", path, ": ",
                   std::generic_category().message(error_number), "; ",
                   Advice(error_number)));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return FileError("read", path, errno);
  absl::Status status;
  std::string contents;
  struct stat info;
  if (fstat(descriptor, &info) != 0) {
    status = FileError("read", path, errno);
  } else if (!S_ISREG(info.st_mode)) {
    // A device could be read without end.
    status = absl::FailedPreconditionError(absl::StrCat(
        path,
        " is not a regular file; move it away and run the same command "
        "again"));
  }
  // To grow by doubling would take more than the whole once more.
  if (status.ok()) contents.reserve(static_cast<size_t>(info.st_size));
  char buffer[1 << 16];
  while (status.ok()) {
    const ssize_t step = read(descriptor, buffer, sizeof(buffer));
    if (step == 0) break;
    if (step > 0) {
      contents.append(buffer, static_cast<size_t>(step));
    } else if (errno != EINTR) {
      status = FileError("read", path, errno);
    }
  }
  close(descriptor);
  if (!status.ok()) return status;
  return contents;
}

absl::Status ReplaceFile(const std::string& path, absl::string_view contents) {
  const std::string temporary = path + ".tmp";
  absl::Status status = WriteNewFile(temporary, contents);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = CannotWrite(path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolderOf(path);
}

absl::StatusOr<std::unique_ptr<AppendFile>> AppendFile::Open(
    const std::string& path, int64_t size) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return CannotWrite(path);
  auto file = absl::WrapUnique(new AppendFile(path, descriptor, size));
  struct stat info;
  if (fstat(descriptor, &info) != 0) return CannotWrite(path);
  if (info.st_size > size && ftruncate(descriptor, size) != 0) {
    return CannotWrite(path);
  }
  return file;
}

AppendFile::AppendFile(std::string path, int descriptor, int64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

AppendFile::~AppendFile() { close(descriptor_); }

absl::Status AppendFile::Append(absl::string_view record) {
  if (!status_.ok()) return status_;
  if (WriteAll(descriptor_, record) == static_cast<int64_t>(record.size())) {
    size_ += static_cast<int64_t>(record.size());
    return absl::OkStatus();
  }
  status_ = CannotWrite(path_);
  // If this fails as well, the next start cuts the part off.
  static_cast<void>(ftruncate(descriptor_, size_) == 0);
  return status_;
}

absl::Status AppendFile::Sync() {
  // After a failed fsync the system may have forgotten the bytes: a second one
  // that succeeds would prove nothing.
  if (status_.ok() && fsync(descriptor_) != 0) status_ = CannotWrite(path_);
  return status_;
}

}  // namespace experiments
