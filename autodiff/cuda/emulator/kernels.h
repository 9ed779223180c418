// The kernels of kernel_list.inc, as functions of this CPU.
#ifndef AUTODIFF_CUDA_EMULATOR_KERNELS_H_
#define AUTODIFF_CUDA_EMULATOR_KERNELS_H_

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autodiff/cuda/launch.h"

namespace autodiff::cuda::emulator {

struct Kernel {
  std::string name;
  size_t argument_bytes;
  // As one thread of this block of a problem.
  void (*run)(const std::byte* arguments, int block);
  // Stands for a library's function: one thread does it all, whatever grid the
  // launch has.
  bool is_library = false;
};

template <auto kFunction>
struct KernelFunction;
template <typename Arguments, void (*kFunction)(Arguments)>
struct KernelFunction<kFunction> {
  using Plain = std::remove_cvref_t<Arguments>;
  static constexpr size_t kArgumentBytes = sizeof(Plain);
  static void Run(const std::byte* bytes, int) {
    kFunction(*reinterpret_cast<const Plain*>(bytes));
  }
};
template <typename Arguments, void (*kFunction)(const Arguments&, int)>
struct KernelFunction<kFunction> {
  static constexpr size_t kArgumentBytes = sizeof(Arguments);
  static void Run(const std::byte* bytes, int block) {
    kFunction(*reinterpret_cast<const Arguments*>(bytes), block);
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
