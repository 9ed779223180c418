// Where programs run that do not run on this CPU: memory, and launches in it.
// There are two: an NVIDIA GPU (gpu.h), and its emulation on this CPU
// (emulator/emulated_device.h), which tests use.
#ifndef AUTODIFF_CUDA_DEVICE_H_
#define AUTODIFF_CUDA_DEVICE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda {

// Launches made ready to run together, any number of times.
class LaunchGraph {
 public:
  virtual ~LaunchGraph() = default;
  // Starts all launches; Device::CopyOut waits for them.
  virtual void Run() = 0;
};

class Device {
 public:
  virtual ~Device() = default;

  virtual std::string Name() const = 0;
  // How many threads a block of most launches has: a power of two, 32 to 1024.
  virtual int block_threads() const = 0;

  // Zeroed memory, of at least one byte, aligned to 256 bytes.
  virtual void* Allocate(size_t bytes) = 0;
  virtual void Free(void* memory) = 0;
  // Between this memory and the device's, in the order of calls and of
  // LaunchGraph::Run. CopyIn returns when `from` has been read, and as a rule
  // does not wait for launches; CopyOut returns when the bytes are there.
  virtual void CopyIn(void* to, const void* from, size_t bytes) = 0;
  virtual void CopyOut(void* to, const void* from, size_t bytes) = 0;

  virtual std::unique_ptr<LaunchGraph> Compile(
      const std::vector<LaunchNode>& nodes) = 0;
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_DEVICE_H_
