// The CPU's time stamp counter: a clock cheap enough to read around a tile.
#ifndef AUTODIFF_TIME_STAMP_H_
#define AUTODIFF_TIME_STAMP_H_

#include <x86intrin.h>

#include <cstdint>

namespace autodiff {

inline uint64_t TimeStamp() { return __rdtsc(); }

}  // namespace autodiff

#endif  // AUTODIFF_TIME_STAMP_H_
