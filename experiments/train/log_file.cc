#include "experiments/train/log_file.h"

#include <cerrno>
#include <fstream>
#include <ios>
#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "experiments/durable_file.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<LogFile>> LogFile::Open(
    const std::string& path) {
  std::ofstream file(path, std::ios::app);
  if (!file) return FileError("write", path, errno);
  return absl::WrapUnique(new LogFile(std::move(file)));
}

LogFile::LogFile(std::ofstream file) : file_(std::move(file)) {}

void LogFile::Write(absl::string_view line) {
  file_ << absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::Now(),
                            absl::LocalTimeZone())
        << "  " << line << std::endl;
}

}  // namespace experiments
