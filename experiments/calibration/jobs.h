// Independent computations on several threads.
#ifndef EXPERIMENTS_CALIBRATION_JOBS_H_
#define EXPERIMENTS_CALIBRATION_JOBS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "experiments/interrupt.h"

namespace experiments {

// Runs all jobs, `threads` at a time; 0 is one a processor. After an interrupt
// no further one begins, and the result is Cancelled.
absl::Status RunJobs(const std::vector<std::function<void()>>& jobs,
                     int threads, const InterruptScope& interrupt);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_JOBS_H_
