// What lanes of a warp pass to each other without memory.
#ifndef AUTODIFF_CUDA_EMULATOR_SHUFFLE_H_
#define AUTODIFF_CUDA_EMULATOR_SHUFFLE_H_

#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

#include "autodiff/cuda/emulator/thread.h"

namespace autodiff::cuda::emulator {

// Gives `bits` to the other lanes and returns those of lane `from`. Fails
// unless mask and width are as language.h says, and the warp has such a lane.
uint64_t ShuffleBits(unsigned mask, uint64_t bits, int width, int from,
                     const std::source_location& where);

// `from` gives, of the number of a lane, that of the lane it gets its value of.
template <typename T, typename From>
T Shuffle(unsigned mask, T value, int width, const std::source_location& where,
          From from) {
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= sizeof(uint64_t));
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  bits = ShuffleBits(mask, bits, width, from(Running(where).lane()), where);
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_SHUFFLE_H_
