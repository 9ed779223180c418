#include "autodiff/memory_plan.h"

#include <algorithm>
#include <numeric>

#include "autodiff/aligned_buffer.h"

namespace autodiff {

MemoryPlan PlanMemory(const std::vector<Lifetime>& lifetimes) {
  std::vector<int> by_size(lifetimes.size());
  std::iota(by_size.begin(), by_size.end(), 0);
  std::stable_sort(by_size.begin(), by_size.end(), [&](int a, int b) {
    return lifetimes[a].bytes > lifetimes[b].bytes;
  });

  MemoryPlan plan{.offsets = std::vector<size_t>(lifetimes.size(), 0)};
  std::vector<int> placed;  // in order of their offsets
  for (int block : by_size) {
    const Lifetime& life = lifetimes[block];
    const size_t bytes = AlignedSize(life.bytes);
    size_t offset = 0;
    for (int other : placed) {
      const Lifetime& there = lifetimes[other];
      if (there.last < life.first || life.last < there.first) continue;
      if (plan.offsets[other] >= offset + bytes) break;  // fits below it
      offset = std::max(offset, plan.offsets[other] + AlignedSize(there.bytes));
    }
    plan.offsets[block] = offset;
    plan.arena_bytes = std::max(plan.arena_bytes, offset + bytes);
    const auto position =
        std::find_if(placed.begin(), placed.end(),
                     [&](int other) { return plan.offsets[other] > offset; });
    placed.insert(position, block);
  }
  return plan;
}

}  // namespace autodiff
