#include "autodiff/task_plan.h"

#include <algorithm>
#include <set>
#include <utility>

namespace autodiff {
namespace {

// What it costs to wait for another thread, in nanoseconds, and how long a step
// must take to be worth dividing.
constexpr double kHandOver = 500;
constexpr double kWorthDividing = 4000;
// What a run must gain by several threads to be worth waking them.
constexpr double kWorthWaking = 10'000;

// Who used a piece of memory last.
struct Use {
  MemoryRange range;
  int writer;  // or −1
  std::set<int> readers;
};

bool Overlap(const MemoryRange& a, const MemoryRange& b) {
  return a.begin < b.begin + b.bytes && b.begin < a.begin + a.bytes;
}

bool Covers(const MemoryRange& a, const MemoryRange& b) {
  return a.begin <= b.begin && b.begin + b.bytes <= a.begin + a.bytes;
}

// When each thread is free and each step complete, as far as planned.
class Timetable {
 public:
  Timetable(const std::vector<StepWork>& steps, int threads)
      : steps_(steps),
        before_(StepsBefore(steps)),
        free_(threads, 0),
        finish_(steps.size(), 0),
        thread_of_(steps.size(), kNone) {}

  // How many parts of the step each thread runs.
  std::vector<int> Place(int step) {
    const StepWork& work = steps_[step];
    const bool divided = work.parts > 1 && work.nanoseconds >= kWorthDividing;
    const int pieces = divided ? work.parts : 1;
    std::vector<int> parts(free_.size(), 0);
    for (int piece = 0; piece < pieces; ++piece) {
      const int thread = FirstFree(step);
      free_[thread] = Start(step, thread) + work.nanoseconds / pieces;
      finish_[step] = std::max(finish_[step], free_[thread]);
      parts[thread] += divided ? 1 : work.parts;
    }
    for (int thread = 0; thread < static_cast<int>(parts.size()); ++thread) {
      if (parts[thread] == 0) continue;
      thread_of_[step] = thread_of_[step] == kNone ? thread : kSeveral;
    }
    return parts;
  }

  double end() const { return *std::max_element(free_.begin(), free_.end()); }

  // Earlier steps that were, in part, placed on other threads.
  std::vector<int> WaitsFor(int step, int thread) const {
    std::vector<int> waits;
    for (int before : before_[step]) {
      if (thread_of_[before] != thread) waits.push_back(before);
    }
    return waits;
  }

 private:
  static constexpr int kNone = -1, kSeveral = -2;

  double Start(int step, int thread) const {
    double start = free_[thread];
    for (int before : before_[step]) {
      const double hand_over = thread_of_[before] == thread ? 0 : kHandOver;
      start = std::max(start, finish_[before] + hand_over);
    }
    return start;
  }

  // Among equally early threads the one that would idle least.
  int FirstFree(int step) const {
    int best = 0;
    double earliest = Start(step, 0);
    for (int thread = 1; thread < static_cast<int>(free_.size()); ++thread) {
      const double start = Start(step, thread);
      if (start < earliest ||
          (start == earliest && free_[thread] > free_[best])) {
        best = thread;
        earliest = start;
      }
    }
    return best;
  }

  const std::vector<StepWork>& steps_;
  const std::vector<std::vector<int>> before_;
  std::vector<double> free_, finish_;
  std::vector<int> thread_of_;
};

std::vector<std::vector<Task>> OnOneThread(const std::vector<StepWork>& steps) {
  std::vector<Task> tasks;
  for (size_t step = 0; step < steps.size(); ++step) {
    tasks.push_back({static_cast<int>(step), 0, steps[step].parts, {}});
  }
  return {tasks};
}

}  // namespace

std::vector<std::vector<int>> StepsBefore(const std::vector<StepWork>& steps) {
  std::vector<std::vector<int>> before(steps.size());
  std::vector<Use> uses;
  for (int step = 0; step < static_cast<int>(steps.size()); ++step) {
    std::set<int> found;
    for (const MemoryRange& range : steps[step].reads) {
      bool noted = false;
      for (Use& use : uses) {
        if (!Overlap(use.range, range)) continue;
        if (use.writer >= 0) found.insert(use.writer);
        use.readers.insert(step);
        noted |= Covers(use.range, range);
      }
      if (!noted) uses.push_back({range, -1, {step}});
    }
    for (const MemoryRange& range : steps[step].writes) {
      for (const Use& use : uses) {
        if (!Overlap(use.range, range)) continue;
        if (use.writer >= 0) found.insert(use.writer);
        found.insert(use.readers.begin(), use.readers.end());
      }
      std::erase_if(uses,
                    [&](const Use& use) { return Covers(range, use.range); });
      uses.push_back({range, step, {}});
    }
    found.erase(step);
    before[step].assign(found.begin(), found.end());
  }
  return before;
}

std::vector<std::vector<Task>> PlanTasks(const std::vector<StepWork>& steps,
                                         int threads) {
  if (threads == 1) return OnOneThread(steps);
  Timetable timetable(steps, threads);
  std::vector<std::vector<Task>> tasks(threads);
  std::set<int> awaited;
  std::vector<std::set<int>> known(threads);  // awaited by earlier tasks
  double alone = 0;
  for (int step = 0; step < static_cast<int>(steps.size()); ++step) {
    alone += steps[step].nanoseconds;
    const std::vector<int> parts = timetable.Place(step);
    int first = 0;
    for (int thread = 0; thread < threads; ++thread) {
      if (parts[thread] == 0) continue;
      Task task{.step = step, .first = first, .end = first + parts[thread]};
      first = task.end;
      for (int before : timetable.WaitsFor(step, thread)) {
        if (known[thread].insert(before).second) {
          task.waits_for.push_back(before);
          awaited.insert(before);
        }
      }
      tasks[thread].push_back(std::move(task));
    }
  }
  if (alone - timetable.end() < kWorthWaking) return OnOneThread(steps);
  for (std::vector<Task>& list : tasks) {
    for (Task& task : list) task.awaited = awaited.contains(task.step);
  }
  return tasks;
}

}  // namespace autodiff
