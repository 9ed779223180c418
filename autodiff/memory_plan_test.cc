// Properties of memory plans over random lifetimes, and known small plans.

#include "autodiff/memory_plan.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "autodiff/aligned_buffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::ElementsAre;

bool LiveTogether(const Lifetime& a, const Lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}

// The largest number of bytes needed at one step, whole cache lines each: no
// plan can do with less.
size_t Load(const std::vector<Lifetime>& lifetimes) {
  size_t load = 0;
  for (const Lifetime& now : lifetimes) {
    size_t sum = 0;
    for (const Lifetime& other : lifetimes) {
      const bool lives = other.first <= now.first && now.first <= other.last;
      if (lives) sum += AlignedSize(other.bytes);
    }
    load = std::max(load, sum);
  }
  return load;
}

std::vector<Lifetime> RandomLifetimes(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](uint64_t n) { return random() % n; };
  const size_t count = below(30);
  const int steps = 1 + static_cast<int>(below(40));
  const int longest = 1 + static_cast<int>(below(steps));
  std::vector<Lifetime> lifetimes;
  for (size_t i = 0; i < count; ++i) {
    const int first = static_cast<int>(below(steps));
    const int last =
        std::min(steps - 1, first + static_cast<int>(below(longest)));
    // Equal sizes, sizes around whole lines, nothing, and all kinds.
    const size_t sizes[] = {256, 64 * below(4) + below(3), 0, below(5000)};
    lifetimes.push_back({sizes[below(4)], first, last});
  }
  return lifetimes;
}

TEST(PlanMemory, KeepsItsPromisesOnRandomLifetimes) {
  int tight = 0, shared = 0;
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    const std::vector<Lifetime> lifetimes = RandomLifetimes(seed);
    const MemoryPlan plan = PlanMemory(lifetimes);
    ASSERT_EQ(plan.offsets.size(), lifetimes.size());
    size_t sum = 0, highest = 0;
    for (size_t i = 0; i < lifetimes.size(); ++i) {
      const size_t begin = plan.offsets[i];
      const size_t end = begin + AlignedSize(lifetimes[i].bytes);
      ASSERT_EQ(begin % kAlignment, 0u) << "seed " << seed << " block " << i;
      sum += AlignedSize(lifetimes[i].bytes);
      highest = std::max(highest, end);
      for (size_t j = 0; j < i; ++j) {
        if (!LiveTogether(lifetimes[i], lifetimes[j])) continue;
        const size_t there = plan.offsets[j];
        ASSERT_TRUE(end <= there ||
                    there + AlignedSize(lifetimes[j].bytes) <= begin ||
                    begin == end || lifetimes[j].bytes == 0)
            << "seed " << seed << ": blocks " << i << " and " << j;
      }
    }
    ASSERT_EQ(plan.arena_bytes, highest) << "seed " << seed;
    ASSERT_LE(plan.arena_bytes, sum) << "seed " << seed;
    ASSERT_GE(plan.arena_bytes, Load(lifetimes)) << "seed " << seed;
    tight += plan.arena_bytes == Load(lifetimes);
    shared += plan.arena_bytes < sum;
  }
  // First fit by size is no optimum, but mostly hits it.
  EXPECT_GT(tight, 4000);
  EXPECT_GT(shared, 4000);
}

TEST(PlanMemory, OfNothingIsEmpty) {
  EXPECT_EQ(PlanMemory({}).arena_bytes, 0u);
}

// In a chain each block dies one step after the next one is born: two places
// serve any length.
TEST(PlanMemory, ReusesTwoPlacesAlongAChain) {
  std::vector<Lifetime> chain;
  for (int step = 0; step < 100; ++step) {
    chain.push_back({1000, step, step + 1});
  }
  EXPECT_EQ(PlanMemory(chain).arena_bytes, 2u * 1024);
}

TEST(PlanMemory, TakesBothEndsOfALifetimeAsNeeded) {
  EXPECT_EQ(PlanMemory({{64, 0, 1}, {64, 1, 2}}).arena_bytes, 128u);
  EXPECT_EQ(PlanMemory({{64, 0, 1}, {64, 2, 3}}).arena_bytes, 64u);
}

// A gap between living blocks is used by whatever fits in.
TEST(PlanMemory, FillsGaps) {
  const MemoryPlan plan = PlanMemory(
      {{640, 0, 1}, {512, 0, 9}, {256, 2, 9}, {192, 2, 9}, {192, 2, 9}});
  EXPECT_THAT(plan.offsets, ElementsAre(0, 640, 0, 256, 448));
  EXPECT_EQ(plan.arena_bytes, 1152u);
}

}  // namespace
}  // namespace autodiff
