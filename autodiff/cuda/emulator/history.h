// Who read and wrote a word of memory last: enough to find every race, in
// whatever order the threads really ran.
//
// All accesses get the time of the last barrier that their thread has passed,
// by a clock that ticks at barriers only. So of two accesses in a block the
// first is ordered before the second if its time is before that of the last
// barrier that both threads took part in.
#ifndef AUTODIFF_CUDA_EMULATOR_HISTORY_H_
#define AUTODIFF_CUDA_EMULATOR_HISTORY_H_

#include <cstdint>
#include <source_location>

#include "autodiff/cuda/emulator/thread.h"

namespace autodiff::cuda::emulator {

// The latest accesses of a kind: one, or several that nothing orders, of which
// this is one.
struct Access {
  uint64_t time : 48 = 0;  // 0: none
  uint64_t thread : 10 = 0;
  bool several_lanes : 1 = false;  // of its warp, since the warp's barrier
  bool several_warps : 1 = false;  // of its block, since the block's barrier
  bool several_blocks : 1 = false;
  std::source_location where;
};

enum class AccessKind { kRead, kWrite, kAtomic };

struct History {
  // By kind. Of writes it is the last one: others are ordered before it.
  Access last[3];
  // LaunchOrder's numbers for the launches of a run that these are of. Device
  // memory only.
  int launches[3] = {};

  Access& operator[](AccessKind kind) { return last[static_cast<int>(kind)]; }
};

// Whether `earlier` is an access that what `thread` does now races with, if
// their kinds do. `start` is when what the memory holds came to be: its
// launch's start, or for shared memory its block's. An access before that
// counts for nothing.
bool IsConcurrent(const Access& earlier, const EmulatedThread& thread,
                  uint64_t start);

// Whether two accesses of these kinds must be ordered.
constexpr bool Conflict(AccessKind a, AccessKind b) {
  return a != b || a == AccessKind::kWrite;
}

// Adds an access of `thread`.
void Record(AccessKind kind, const EmulatedThread& thread, uint64_t start,
            const std::source_location& where, History& history);

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_HISTORY_H_
