// log.txt: what a training had to say, with the time of day.
#ifndef EXPERIMENTS_TRAIN_LOG_FILE_H_
#define EXPERIMENTS_TRAIN_LOG_FILE_H_

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// Nothing depends on it: a line that cannot be written is lost.
class LogFile {
 public:
  // Goes on at the file's end.
  static absl::StatusOr<std::unique_ptr<LogFile>> Open(const std::string& path);

  void Write(absl::string_view line);

 private:
  explicit LogFile(std::ofstream file);

  std::ofstream file_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_TRAIN_LOG_FILE_H_
