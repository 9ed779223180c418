// What is remembered of a word's accesses finds every race, and nothing else:
// for random accesses and barriers, a comparison of all pairs of accesses is
// the oracle.
#include "autodiff/cuda/emulator/history.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "autodiff/cuda/emulator/thread.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {
namespace {

constexpr int kBlockThreads = 96, kBlocks = 3;

// An access, and how many barriers its thread had passed.
struct Event {
  int block, number;
  int block_barriers, warp_barriers;
  AccessKind kind;

  int warp() const { return number / kWarpThreads; }
};

// Of two in this order.
bool IsRace(const Event& a, const Event& b) {
  const bool only_reads =
      a.kind == AccessKind::kRead && b.kind == AccessKind::kRead;
  const bool both_atomic =
      a.kind == AccessKind::kAtomic && b.kind == AccessKind::kAtomic;
  if (only_reads || both_atomic) return false;
  if (a.block != b.block) return true;
  if (a.number == b.number || a.block_barriers < b.block_barriers) return false;
  return a.warp() != b.warp() || a.warp_barriers == b.warp_barriers;
}

// Of one word.
class HistoryTest : public testing::TestWithParam<bool> {
 protected:
  // Runs until the first race, or to the end; whether there was one. Fails if
  // oracle and history disagree.
  bool RunOneLaunch(std::mt19937& random, bool shared) {
    const auto draw = [&](int count) {
      return static_cast<int>(random() % static_cast<unsigned>(count));
    };
    // Few threads, and writes that are rare, so that races are as well.
    const int writes = 1 + draw(10), atomics = 1 + draw(3),
              length = 1 + draw(12);
    const uint64_t launch = ++clock_;
    std::vector<Event> events;
    for (int block = 0; block < kBlocks; ++block) {
      if (shared) events.clear();
      std::vector<EmulatedThread> threads(kBlockThreads);
      std::vector<int> warp_barriers(kBlockThreads / kWarpThreads);
      int block_barriers = 0;
      ++clock_;
      for (int i = 0; i < kBlockThreads; ++i) {
        threads[i].number = i;
        threads[i].since = {launch, clock_, clock_, clock_};
      }
      const uint64_t start = shared ? clock_ : launch;
      for (int step = 0; step < length; ++step) {
        const int what = draw(5);
        const int warp = draw(kBlockThreads / kWarpThreads);
        if (what == 0) {  // a barrier of the block
          ++clock_;
          ++block_barriers;
          for (EmulatedThread& thread : threads) {
            thread.since.block_barrier = thread.since.warp_barrier = clock_;
          }
        } else if (what == 1) {  // of a warp
          ++clock_;
          ++warp_barriers[warp];
          for (EmulatedThread& thread : threads) {
            if (thread.warp() == warp) thread.since.warp_barrier = clock_;
          }
        } else {
          const int number = warp * kWarpThreads + draw(2);
          const AccessKind kind = draw(writes) > 0    ? AccessKind::kRead
                                  : draw(atomics) > 0 ? AccessKind::kAtomic
                                                      : AccessKind::kWrite;
          const Event now = {block, number, block_barriers, warp_barriers[warp],
                             kind};
          bool expected = false;
          for (const Event& event : events) {
            expected = expected || IsRace(event, now);
          }
          events.push_back(now);
          bool found = false;
          for (const AccessKind other :
               {AccessKind::kRead, AccessKind::kWrite, AccessKind::kAtomic}) {
            found = found ||
                    (Conflict(kind, other) &&
                     IsConcurrent(history_[other], threads[number], start));
          }
          EXPECT_EQ(found, expected);
          if (found || expected) return true;
          Record(kind, threads[number], start, {}, history_);
        }
      }
    }
    return false;
  }

 private:
  uint64_t clock_ = 0;
  History history_;
};

INSTANTIATE_TEST_SUITE_P(Memory, HistoryTest, testing::Bool(),
                         [](const auto& shared) {
                           return shared.param ? "Shared" : "Global";
                         });

TEST_P(HistoryTest, FindsRacesAndNothingElse) {
  constexpr int kLaunches = 100000;
  std::mt19937 random(1);
  int races = 0;
  for (int i = 0; i < kLaunches && !HasFailure(); ++i) {
    races += RunOneLaunch(random, GetParam()) ? 1 : 0;
  }
  // Else little was tested.
  EXPECT_GT(races, kLaunches / 10);
  EXPECT_LT(races, kLaunches * 9 / 10);
}

}  // namespace
}  // namespace autodiff::cuda::emulator
