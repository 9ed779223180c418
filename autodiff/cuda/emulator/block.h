// One block of a launch at a time: its threads, and the barriers between them.
// There are two implementations. In fibers.cc all threads take turns on this
// one, from barrier to barrier. Under ThreadSanitizer, which would see nothing
// then, each is a thread of the system: os_threads.cc.
#ifndef AUTODIFF_CUDA_EMULATOR_BLOCK_H_
#define AUTODIFF_CUDA_EMULATOR_BLOCK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "autodiff/cuda/emulator/thread.h"

namespace autodiff::cuda::emulator {

#ifdef __SANITIZE_THREAD__
inline constexpr bool kOsThreads = true;
#else
inline constexpr bool kOsThreads = false;
#endif

class Block {
 public:
  virtual ~Block() = default;

  // Runs `kernel` as each of the threads. Whenever none can go on before others
  // have come to a barrier, they take turns in a new order: that of `turns`.
  virtual void Run(std::span<EmulatedThread> threads,
                   const std::function<void()>& kernel,
                   const std::function<std::span<const int>()>& turns) = 0;
};

std::unique_ptr<Block> MakeBlock();

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_BLOCK_H_
