// The kernels of kernel_list.inc, as functions of this CPU.
#ifndef AUTODIFF_CUDA_EMULATOR_KERNELS_H_
#define AUTODIFF_CUDA_EMULATOR_KERNELS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda::emulator {

struct Kernel {
  std::string name;
  size_t argument_bytes;
  void (*run)(const std::byte* arguments);  // as one thread
  // Stands for a library's function: one thread does it all, whatever grid the
  // launch has.
  bool is_library = false;
};

template <auto kFunction>
struct KernelFunction;
template <typename Arguments, void (*kFunction)(Arguments)>
struct KernelFunction<kFunction> {
  static constexpr size_t kArgumentBytes = sizeof(Arguments);
  static void Run(const std::byte* bytes) {
    kFunction(*reinterpret_cast<const Arguments*>(bytes));
  }
};

template <auto kFunction>
Kernel MakeKernel(std::string name, bool is_library = false) {
  using Function = KernelFunction<kFunction>;
  return {std::move(name), Function::kArgumentBytes, &Function::Run,
          is_library};
}

// In the order of KernelId.
const std::vector<Kernel>& Kernels();

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_KERNELS_H_
