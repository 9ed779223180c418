// Runs on a device, until their end.
#ifndef TOOLS_BENCHMARK_WAIT_H_
#define TOOLS_BENCHMARK_WAIT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "autodiff/cuda/device.h"
#include "autodiff/memory.h"

namespace benchmarks {

// A program's Run() only starts it on a device. The function returned also
// waits for it, by one byte that is copied after all else. Null: the CPU, which
// has nothing to wait for.
inline std::function<void()> AndWait(std::function<void()> run,
                                     autodiff::cuda::Device* device) {
  if (device == nullptr) return run;
  const auto last = std::make_shared<autodiff::Memory>(device, 1);
  return [run = std::move(run), device, last] {
    run();
    std::byte byte;
    device->CopyOut(&byte, last->data(), 1);
  };
}

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_WAIT_H_
