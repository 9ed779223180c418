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
  bool atomic : 1 = false;
  std::source_location where;
};

struct History {
  Access write, read;
  // LaunchOrder's number for the launches of the run that have read the word
  // since then, if it was read in this run. Device memory only.
  int readers = 0;
};

enum class AccessKind { kRead, kWrite, kAtomic };

// Whether an access of the same launch is not ordered before what `thread` does
// now. `start` is when the memory came into being for it: the launch's start,
// or for shared memory the block's. An access before that is none.
bool IsConcurrent(const Access& access, const EmulatedThread& thread,
                  uint64_t start);

// Adds an access of `thread`.
void Record(AccessKind kind, const EmulatedThread& thread, uint64_t start,
            const std::source_location& where, History& history);

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_HISTORY_H_
