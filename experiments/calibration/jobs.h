// Independent computations on several threads.
#ifndef EXPERIMENTS_CALIBRATION_JOBS_H_
#define EXPERIMENTS_CALIBRATION_JOBS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"

namespace experiments {

// Runs all jobs, `threads` at a time; 0 is one a processor. After Ctrl-C or
// SIGTERM no further one begins, and the result is Cancelled.
absl::Status RunJobs(const std::vector<std::function<void()>>& jobs,
                     int threads);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_JOBS_H_
