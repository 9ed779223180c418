#include "autodiff/task_plan.h"

#include <algorithm>
#include <utility>

namespace autodiff {
namespace {

// What it costs to wait for another thread, in nanoseconds, and how long a step
// must take to be worth dividing.
constexpr double kHandOver = 500;
constexpr double kWorthDividing = 4000;
// What a run must gain by several threads to be worth waking them.
constexpr double kWorthWaking = 10'000;

bool Overlap(const std::vector<MemoryRange>& some,
             const std::vector<MemoryRange>& others) {
  for (const MemoryRange& a : some) {
    for (const MemoryRange& b : others) {
      if (a.begin < b.begin + b.bytes && b.begin < a.begin + a.bytes) {
        return true;
      }
    }
  }
  return false;
}

// When each thread is free and each step complete, as far as planned.
class Timetable {
 public:
  Timetable(const std::vector<StepWork>& steps,
            const std::vector<std::vector<int>>& before, int threads)
      : steps_(steps),
        before_(before),
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
  const std::vector<std::vector<int>>& before_;
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
  for (size_t step = 0; step < steps.size(); ++step) {
    const auto& [parts, nanoseconds, reads, writes] = steps[step];
    for (size_t earlier = 0; earlier < step; ++earlier) {
      if (Overlap(reads, steps[earlier].writes) ||
          Overlap(writes, steps[earlier].reads) ||
          Overlap(writes, steps[earlier].writes)) {
        before[step].push_back(static_cast<int>(earlier));
      }
    }
  }
  return before;
}

std::vector<std::vector<Task>> PlanTasks(const std::vector<StepWork>& steps,
                                         int threads) {
  if (threads == 1) return OnOneThread(steps);
  const std::vector<std::vector<int>> before = StepsBefore(steps);
  Timetable timetable(steps, before, threads);
  std::vector<std::vector<Task>> tasks(threads);
  // How many tasks a thread has done once its parts of a step are; and how many
  // tasks of another one it knows to be done, having waited for them.
  std::vector<std::vector<int>> done(steps.size(), std::vector<int>(threads));
  std::vector<std::vector<int>> known(threads, std::vector<int>(threads));
  double alone = 0;
  for (int step = 0; step < static_cast<int>(steps.size()); ++step) {
    alone += steps[step].nanoseconds;
    const std::vector<int> parts = timetable.Place(step);
    int first = 0;
    for (int thread = 0; thread < threads; ++thread) {
      if (parts[thread] == 0) continue;
      Task task{.step = step, .first = first, .end = first + parts[thread]};
      first = task.end;
      for (int other = 0; other < threads; ++other) {
        int needed = 0;
        for (int earlier : before[step]) {
          needed = std::max(needed, done[earlier][other]);
        }
        if (other == thread || needed <= known[thread][other]) continue;
        task.waits.push_back({other, needed});
        known[thread][other] = needed;
      }
      tasks[thread].push_back(std::move(task));
      done[step][thread] = static_cast<int>(tasks[thread].size());
    }
  }
  if (alone - timetable.end() < kWorthWaking) return OnOneThread(steps);
  return tasks;
}

}  // namespace autodiff
