#include "autodiff/cuda/emulator/history.h"

namespace autodiff::cuda::emulator {
namespace {

bool IsOwn(const Access& access, const EmulatedThread& thread) {
  return access.thread == static_cast<uint64_t>(thread.number);
}

bool IsOfOwnWarp(const Access& access, const EmulatedThread& thread) {
  return static_cast<int>(access.thread) / kWarpThreads == thread.warp();
}

// `last` and an access of `thread`, in one.
Access Join(const Access& last, const EmulatedThread& thread, uint64_t start,
            const std::source_location& where) {
  Access access = {.time = thread.since.warp_barrier,
                   .thread = static_cast<uint64_t>(thread.number),
                   .where = where};
  if (last.time < start) return access;
  access.several_blocks = last.several_blocks || last.time < thread.since.block;
  if (last.time < thread.since.block_barrier) return access;
  access.several_warps = last.several_warps || !IsOfOwnWarp(last, thread);
  if (last.time < thread.since.warp_barrier) return access;
  access.several_lanes = last.several_lanes || !IsOwn(last, thread);
  return access;
}

}  // namespace

bool IsConcurrent(const Access& earlier, const EmulatedThread& thread,
                  uint64_t start) {
  if (earlier.time < start) return false;
  if (earlier.time < thread.since.block || earlier.several_blocks) return true;
  if (earlier.time < thread.since.block_barrier) return false;
  if (earlier.several_warps || !IsOfOwnWarp(earlier, thread)) return true;
  if (earlier.time < thread.since.warp_barrier) return false;
  return earlier.several_lanes || !IsOwn(earlier, thread);
}

void Record(AccessKind kind, const EmulatedThread& thread, uint64_t start,
            const std::source_location& where, History& history) {
  const Access& last = kind == AccessKind::kWrite ? Access{} : history[kind];
  history[kind] = Join(last, thread, start, where);
}

}  // namespace autodiff::cuda::emulator
