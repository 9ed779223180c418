// Static schedules of random steps: everything runs once, nothing too early,
// and what can run side by side does.

#include "autodiff/task_plan.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace autodiff {
namespace {

std::byte memory[1000];

MemoryRange Range(int begin, int bytes) {
  return {memory + begin, static_cast<size_t>(bytes)};
}

std::vector<StepWork> RandomSteps(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  std::vector<StepWork> steps(1 + below(40));
  for (StepWork& step : steps) {
    step.parts = 1 + below(5);
    step.nanoseconds = 10 * below(2000);
    for (int i = below(4); i > 0; --i) {
      step.reads.push_back(Range(below(900), 1 + below(60)));
    }
    step.writes.push_back(Range(below(900), 1 + below(60)));
  }
  return steps;
}

bool Touches(const std::vector<MemoryRange>& a,
             const std::vector<MemoryRange>& b) {
  for (const MemoryRange& x : a) {
    for (const MemoryRange& y : b) {
      if (x.begin < y.begin + y.bytes && y.begin < x.begin + x.bytes) {
        return true;
      }
    }
  }
  return false;
}

bool Conflict(const StepWork& a, const StepWork& b) {
  return Touches(a.writes, b.reads) || Touches(a.reads, b.writes) ||
         Touches(a.writes, b.writes);
}

// Runs the lists in a random interleaving that the waits allow. Returns for
// each step when its first part started and its last one ended; a list that
// cannot go on leaves steps with −1.
struct Span {
  int first = -1, last = -1;
};
std::vector<Span> Simulate(const std::vector<StepWork>& steps,
                           const std::vector<std::vector<Task>>& tasks,
                           uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<size_t> next(tasks.size(), 0);
  std::vector<Span> spans(steps.size());
  for (int clock = 0; clock < 10000; ++clock) {
    const size_t thread = random() % tasks.size();
    if (next[thread] == tasks[thread].size()) continue;
    const Task& task = tasks[thread][next[thread]];
    const bool ready =
        std::all_of(task.waits.begin(), task.waits.end(), [&](const Wait& w) {
          return next[w.thread] >= static_cast<size_t>(w.tasks);
        });
    if (!ready) continue;
    ++next[thread];
    if (spans[task.step].first < 0) spans[task.step].first = clock;
    spans[task.step].last = clock;
  }
  return spans;
}

TEST(TaskPlan, RunsEverythingOnceAndNothingTooEarly) {
  int divided = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<StepWork> steps = RandomSteps(seed);
    const int threads = 1 + static_cast<int>(seed % 4);
    const auto tasks = PlanTasks(steps, threads);
    ASSERT_TRUE(tasks.size() == 1 ||
                tasks.size() == static_cast<size_t>(threads));
    divided += tasks.size() > 1 ? 1 : 0;
    std::vector<std::multiset<int>> parts(steps.size());
    for (const std::vector<Task>& list : tasks) {
      for (const Task& task : list) {
        for (int part = task.first; part < task.end; ++part) {
          parts[task.step].insert(part);
        }
      }
    }
    for (size_t step = 0; step < steps.size(); ++step) {
      std::multiset<int> all;
      for (int part = 0; part < steps[step].parts; ++part) all.insert(part);
      EXPECT_EQ(parts[step], all);
    }
    for (uint64_t order = 0; order < 20; ++order) {
      const std::vector<Span> spans = Simulate(steps, tasks, order);
      for (size_t b = 0; b < steps.size(); ++b) {
        ASSERT_GE(spans[b].first, 0) << "step " << b << " never ran";
        for (size_t a = 0; a < b; ++a) {
          if (Conflict(steps[a], steps[b])) {
            ASSERT_LT(spans[a].last, spans[b].first) << a << " before " << b;
          }
        }
      }
    }
  }
  EXPECT_GT(divided, 100);
}

TEST(TaskPlan, OneThreadRunsInOrderAndNeverWaits) {
  const std::vector<StepWork> steps = RandomSteps(7);
  const auto tasks = PlanTasks(steps, 1);
  ASSERT_EQ(tasks[0].size(), steps.size());
  for (size_t step = 0; step < steps.size(); ++step) {
    EXPECT_EQ(tasks[0][step].step, static_cast<int>(step));
    EXPECT_EQ(tasks[0][step].end, steps[step].parts);
    EXPECT_TRUE(tasks[0][step].waits.empty());
  }
}

// Two chains of three steps that share nothing, recorded in turn.
TEST(TaskPlan, IndependentBranchesRunSideBySide) {
  std::vector<StepWork> steps;
  for (int i = 0; i < 3; ++i) {
    for (int branch : {0, 500}) {
      steps.push_back({1,
                       10000,
                       {Range(branch + 10 * i, 10)},
                       {Range(branch + 10 * (i + 1), 10)}});
    }
  }
  const auto tasks = PlanTasks(steps, 2);
  for (const std::vector<Task>& list : tasks) {
    ASSERT_EQ(list.size(), 3u);
    for (const Task& task : list) {
      EXPECT_EQ(task.step % 2, list[0].step % 2);
      EXPECT_TRUE(task.waits.empty());
    }
  }
}

// 20 steps of a tenth of a microsecond each, that share nothing.
TEST(TaskPlan, ShortRunsStayOnOneThread) {
  std::vector<StepWork> steps;
  for (int i = 0; i < 20; ++i) steps.push_back({1, 100, {}, {Range(i, 1)}});
  EXPECT_EQ(PlanTasks(steps, 2).size(), 1u);
  for (StepWork& step : steps) step.nanoseconds *= 100;
  EXPECT_EQ(PlanTasks(steps, 2).size(), 2u);
}

TEST(TaskPlan, LongStepsAreDividedEvenlyAndShortOnesAreNot) {
  const std::vector<StepWork> steps = {{6, 60000, {}, {Range(0, 10)}},
                                       {6, 600, {}, {Range(10, 10)}}};
  const auto tasks = PlanTasks(steps, 3);
  int parts_of_short = 0;
  for (const std::vector<Task>& list : tasks) {
    ASSERT_FALSE(list.empty());
    EXPECT_EQ(list[0].step, 0);
    EXPECT_EQ(list[0].end - list[0].first, 2);
    if (list.size() == 2) parts_of_short += list[1].end - list[1].first;
  }
  EXPECT_EQ(parts_of_short, 6);
}

}  // namespace
}  // namespace autodiff
