#include "experiments/calibration/jobs.h"

#include <signal.h>

#include <atomic>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "experiments/interrupt.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

TEST(RunJobs, RunsEachOnce) {
  const InterruptScope interrupt;
  for (const int threads : {0, 1, 3, 20}) {
    std::vector<std::atomic<int>> runs(10);
    std::vector<std::function<void()>> jobs;
    for (std::atomic<int>& count : runs) jobs.emplace_back([&] { ++count; });
    EXPECT_TRUE(RunJobs(jobs, threads, interrupt).ok());
    for (const std::atomic<int>& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(RunJobs, BeginsNoneAfterAnInterruption) {
  const InterruptScope interrupt;
  int runs = 0;
  const std::vector<std::function<void()>> jobs = {[&] { ++runs; },
                                                   [&] {
                                                     ++runs;
                                                     raise(SIGINT);
                                                   },
                                                   [&] { ++runs; }};
  EXPECT_TRUE(absl::IsCancelled(RunJobs(jobs, /*threads=*/1, interrupt)));
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace experiments
