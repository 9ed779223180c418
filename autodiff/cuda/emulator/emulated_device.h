// A GPU emulated on this CPU, for tests: it is slow, and strict. It runs what
// CUDA may run at the same time in one of the orders that CUDA allows, and
// ends the process with one sentence (Fail) at the first access that another
// order could have given another result: see reference.h.
#ifndef AUTODIFF_CUDA_EMULATOR_EMULATED_DEVICE_H_
#define AUTODIFF_CUDA_EMULATOR_EMULATED_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "autodiff/cuda/device.h"
#include "autodiff/cuda/emulator/block.h"
#include "autodiff/cuda/emulator/device_memory.h"
#include "autodiff/cuda/emulator/kernels.h"
#include "autodiff/cuda/emulator/launch_order.h"
#include "autodiff/cuda/emulator/shared_memory.h"

namespace autodiff::cuda::emulator {

class EmulatedDevice final : public Device {
 public:
  enum class Order { kAscending, kDescending, kShuffled };

  struct Options {
    // Of the blocks of a launch, and of the threads of a block whenever all of
    // them have come to a barrier.
    Order threads = Order::kAscending;
    // Launches run in a random one of their orders, else in that of the list.
    bool shuffle_launches = false;
    uint64_t seed = 0;
    int block_threads = 64;
  };

  explicit EmulatedDevice(const Options& options,
                          const std::vector<Kernel>& kernels = Kernels());

  std::string Name() const override { return "emulated GPU"; }
  int block_threads() const override { return options_.block_threads; }

  void* Allocate(size_t bytes) override { return memory_.Allocate(bytes); }
  void Free(void* memory) override { memory_.Free(memory); }
  void CopyIn(void* to, const void* from, size_t bytes) override;
  void CopyOut(void* to, const void* from, size_t bytes) override;

  // Fails at launches that CUDA could not run.
  std::unique_ptr<LaunchGraph> Compile(
      const std::vector<LaunchNode>& nodes) override;

 private:
  class Graph;

  void Run(const Launch& launch, LaunchOrder& order);
  // Numbers of `count` things, in the order of the options.
  std::vector<int> InOrder(int count);
  void Shuffle(std::span<int> order);

  Options options_;
  std::vector<Kernel> kernels_;
  std::mt19937_64 random_;
  DeviceMemory memory_;
  SharedMemory shared_;
  std::unique_ptr<Block> block_ = MakeBlock();
  uint64_t clock_ = 0;
};

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_EMULATED_DEVICE_H_
