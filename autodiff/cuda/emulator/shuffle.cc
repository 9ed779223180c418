#include "autodiff/cuda/emulator/shuffle.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::emulator {

uint64_t ShuffleBits(unsigned mask, uint64_t bits, int width, int from,
                     const std::source_location& where) {
  EmulatedThread& thread = Running(where);
  if (mask != 0xffffffff) {
    FailIn(thread, absl::StrCat("only a shuffle of all lanes is emulated: ",
                                LineOf(where)));
  }
  if (width > kWarpThreads ||
      !std::has_single_bit(static_cast<unsigned>(width))) {
    FailIn(thread,
           absl::StrCat("shuffles in groups of ", width, " lanes at ",
                        LineOf(where), ", which is no power of two up to 32"));
  }
  // Who comes to the next shuffle may be ahead of who still reads this one's
  // values, but not of who still reads the last one's.
  uint64_t* const values = thread.exchange->values[thread.shuffles++ % 2];
  values[thread.lane()] = bits;
  Wait(Barrier::kShuffle, where);
  const uint64_t other = thread.warp() * kWarpThreads + from;
  if (from < 0 || other >= thread.execution->block.count()) {
    FailIn(thread,
           absl::StrCat("shuffles with lane ", from, " at ", LineOf(where),
                        ", which its warp does not have"));
  }
  return values[from];
}

}  // namespace autodiff::cuda::emulator
