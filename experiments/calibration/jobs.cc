#include "experiments/calibration/jobs.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "experiments/interrupt.h"

namespace experiments {

absl::Status RunJobs(const std::vector<std::function<void()>>& jobs,
                     int threads, const InterruptScope& interrupt) {
  if (threads == 0) {
    threads =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      if (interrupt.requested()) return;
      jobs[i]();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (interrupt.requested()) {
    return absl::CancelledError(
        "Interrupted; nothing was written. The same command starts again.");
  }
  return absl::OkStatus();
}

}  // namespace experiments
