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

// Parts [first, end) of a step, which run when all of `waits_for`, earlier
// steps with parts on other threads, are complete.
struct Task {
  int step, first, end;
  std::vector<int> waits_for;
  bool awaited = false;  // by a task of another thread
};

// For each step, the earlier ones that must be complete before it: those that
// write what it reads, or read or write what it writes.
std::vector<std::vector<int>> StepsBefore(const std::vector<StepWork>& steps);

// A list of tasks for each of `threads` threads, in the order of the steps. A
// step goes to the thread that can start it first; a long one is divided. One
// list if more would hardly save time.
std::vector<std::vector<Task>> PlanTasks(const std::vector<StepWork>& steps,
                                         int threads);

}  // namespace autodiff

#endif  // AUTODIFF_TASK_PLAN_H_
