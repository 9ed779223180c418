// Which thread runs what: a static schedule, made when a program is compiled.
#ifndef AUTODIFF_TASK_PLAN_H_
#define AUTODIFF_TASK_PLAN_H_

#include <cstddef>
#include <vector>

namespace autodiff {

// Memory that a step reads or writes.
struct MemoryRange {
  const std::byte* begin;
  size_t bytes;
};

// A kernel as the schedule sees it: `parts` calls that may run at the same time
// and take so long together on one thread.
struct StepWork {
  int parts;
  double nanoseconds;
  std::vector<MemoryRange> reads, writes;
};

// The first `tasks` tasks of another thread.
struct Wait {
  int thread, tasks;
};

// Parts [first, end) of a step, which run once what they wait for is done.
struct Task {
  int step, first, end;
  std::vector<Wait> waits;
};

// For each step, the earlier ones that must be complete before it: those that
// write what it reads, or read or write what it writes.
std::vector<std::vector<int>> StepsBefore(const std::vector<StepWork>& steps);

// A list of tasks for each of `threads` threads, in the order of the steps. A
// step runs after those of StepsBefore. It goes to the thread that can start it
// first; a long one is divided. One list if more would hardly save time.
std::vector<std::vector<Task>> PlanTasks(const std::vector<StepWork>& steps,
                                         int threads);

}  // namespace autodiff

#endif  // AUTODIFF_TASK_PLAN_H_
