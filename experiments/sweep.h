// Does the runs of an experiment, each once, whatever happens in between.
#ifndef EXPERIMENTS_SWEEP_H_
#define EXPERIMENTS_SWEEP_H_

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/output_directory.h"
#include "experiments/run_table.h"

namespace experiments {

struct Run {
  // One text a key column. No commas, line breaks or quotes.
  std::vector<std::string> key;

  // Wall clock relative to other runs, for the time left.
  double cost = 1;

  // Computes one number a metric column. Must give the same numbers every time
  // and have no side effects: it is called on some thread, beside others, and
  // called again if the process was stopped meanwhile. When `stop` is
  // requested it should return soon, with Cancelled; a result that it returns
  // nevertheless is kept.
  std::function<absl::StatusOr<std::vector<double>>(std::stop_token stop)>
      execute;
};

// Does the runs that runs.csv in `directory` does not have yet, on `threads`
// threads (0: one a processor), and appends each as it finishes. At the end
// the file holds the runs in the order of `runs`, then those of former grids,
// by key: apart from the column `seconds` its bytes depend neither on threads
// nor on interruptions.
//
// Returns the rows of `runs`, in their order. Otherwise, with all finished
// runs kept in the file:
//   Cancelled         SIGINT or SIGTERM; the message says how to continue
//   DataLoss          runs.csv is not ours or damaged, and was left as it is
//   InvalidArgument   `runs` has a run twice, or a key that no CSV file holds
//   others            a run's own error, or the disk's
// Shows progress on stderr.
absl::StatusOr<RunTable> RunSweep(const OutputDirectory& directory,
                                  const Columns& columns,
                                  const std::vector<Run>& runs, int threads);

}  // namespace experiments

#endif  // EXPERIMENTS_SWEEP_H_
