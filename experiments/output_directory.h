// The folder that an experiment writes its results to.
#ifndef EXPERIMENTS_OUTPUT_DIRECTORY_H_
#define EXPERIMENTS_OUTPUT_DIRECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// While it exists, no other process can open the same folder.
class OutputDirectory {
 public:
  // Creates the folder if needed, locks it, and writes the present flags to
  // config.flags. `free_flags` are the flags that no single run depends on:
  // those that choose the runs of the grid and those of output (--dump_graph,
  // --figures, --output_dir, --preset and --threads are known to be free). If
  // the folder holds `results`, all other flags must be as they were for it.
  // Errors are one sentence. From then on the process ignores SIGXFSZ: a file
  // at its size limit (ulimit -f) gives an error, as a full disk does.
  static absl::StatusOr<std::unique_ptr<OutputDirectory>> Open(
      const std::string& path, std::vector<std::string> free_flags,
      absl::string_view results = "runs.csv");

  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;
  ~OutputDirectory();

  const std::string& path() const { return path_; }
  std::string runs_path() const { return PathOf("runs.csv"); }
  std::string PathOf(absl::string_view name) const;

  // Replaces the file as a whole (see ReplaceFile).
  absl::Status Write(absl::string_view name, absl::string_view contents) const;

 private:
  OutputDirectory(std::string path, int lock);

  const std::string path_;
  const int lock_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_OUTPUT_DIRECTORY_H_
