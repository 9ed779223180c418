// Where in one arena the intermediate tensors of a program live.
#ifndef AUTODIFF_MEMORY_PLAN_H_
#define AUTODIFF_MEMORY_PLAN_H_

#include <cstddef>
#include <vector>

namespace autodiff {

// A block of `bytes` that is needed from step `first` to step `last`, both
// included.
struct Lifetime {
  size_t bytes;
  int first;
  int last;
};

struct MemoryPlan {
  std::vector<size_t> offsets;  // one per lifetime, multiples of kAlignment
  size_t arena_bytes = 0;
};

// Gives blocks that live at the same time disjoint places. Largest first,
// each at the lowest place that is free for its whole life.
MemoryPlan PlanMemory(const std::vector<Lifetime>& lifetimes);

}  // namespace autodiff

#endif  // AUTODIFF_MEMORY_PLAN_H_
