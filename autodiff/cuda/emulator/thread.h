// The CUDA thread that runs now: where it is, and how it waits for others.
#ifndef AUTODIFF_CUDA_EMULATOR_THREAD_H_
#define AUTODIFF_CUDA_EMULATOR_THREAD_H_

#include <cstdint>
#include <source_location>
#include <string>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda::emulator {

class LaunchOrder;
class DeviceMemory;
class SharedMemory;

constexpr int kWarpThreads = 32;

// A place in a grid, or in a block.
struct Index {
  uint32_t x = 0, y = 0, z = 0;
};

// The `number`-th place, x first.
constexpr Index IndexOf(uint64_t number, const Extent& extent) {
  return {static_cast<uint32_t>(number % extent.x),
          static_cast<uint32_t>(number / extent.x % extent.y),
          static_cast<uint32_t>(number / extent.x / extent.y)};
}

// What all threads of a launch share.
struct Execution {
  const char* kernel;
  Extent grid, block;
  DeviceMemory& device;
  SharedMemory& shared;  // of the block that runs now
  LaunchOrder& order;    // of the launches of this run
  uint64_t& clock;       // ticks whenever threads have waited for each other
};

// What the lanes of a warp show each other in a shuffle, and in the next one.
struct Exchange {
  uint64_t values[2][kWarpThreads];
};

// Readings of the clock.
struct Times {
  uint64_t launch = 0;                           // its start
  uint64_t block = 0;                            // its start
  uint64_t block_barrier = 0, warp_barrier = 0;  // the last ones
};

struct EmulatedThread {
  Execution* execution = nullptr;
  Index index, block;  // threadIdx, blockIdx
  int number = 0;      // in its block, x first
  Times since;
  Exchange* exchange = nullptr;  // its warp's
  unsigned shuffles = 0;

  int warp() const { return number / kWarpThreads; }
  int lane() const { return number % kWarpThreads; }
};

// Null outside of kernels.
inline thread_local EmulatedThread* running = nullptr;

// Fails outside of kernels.
EmulatedThread& Running(
    const std::source_location& where = std::source_location::current());

// "Softmax, block (3, 0, 0), thread (17, 0, 0): what".
[[noreturn]] void FailIn(const EmulatedThread& thread, const std::string& what);

// "(17, 0, 0)".
std::string ToString(const Index& index);

// ---- Waiting ----------------------------------------------------------------

enum class Barrier {
  kBlock,    // __syncthreads
  kWarp,     // __syncwarp
  kShuffle,  // lanes meet, but no lane sees what another one wrote to memory
};

// Returns when all threads concerned have come to this very line.
void Wait(Barrier barrier, const std::source_location& where);

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_THREAD_H_
