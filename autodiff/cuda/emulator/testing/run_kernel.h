// What tests of the emulator run their own kernels with.
#ifndef AUTODIFF_CUDA_EMULATOR_TESTING_RUN_KERNEL_H_
#define AUTODIFF_CUDA_EMULATOR_TESTING_RUN_KERNEL_H_

#include <string>
#include <vector>

#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/cuda/global.h"
#include "autodiff/cuda/launch.h"

namespace autodiff::cuda::emulator {

// What all these kernels take.
struct TestArguments {
  static constexpr KernelId kKernel = {};  // the first of the device

  Global<const float> x;
  Global<float> y;
  int columns = 0;
};

template <typename T>
Global<T> AllocateTensor(Device& device, int64_t size) {
  return {static_cast<T*>(device.Allocate(size * sizeof(T))), size};
}

template <typename T>
Global<T> ToDevice(Device& device, const std::vector<T>& values) {
  const auto tensor = AllocateTensor<T>(device, values.size());
  device.CopyIn(tensor.data, values.data(), values.size() * sizeof(T));
  return tensor;
}

template <typename T>
std::vector<T> FromDevice(Device& device, const Global<T>& tensor) {
  std::vector<T> values(tensor.size);
  device.CopyOut(values.data(), tensor.data, values.size() * sizeof(T));
  return values;
}

// What a kernel only reads.
template <typename T>
Global<const T> ReadOnly(const Global<T>& tensor) {
  return {tensor.data, tensor.size};
}

struct Shape {
  Extent grid, block;
  size_t shared_bytes = 0;
};

// A function's own name.
template <auto kFunction>
std::string NameOfFunction() {
  // "… [with auto kFunction = name; …]", the name with its namespaces.
  const std::string text = __PRETTY_FUNCTION__;
  const size_t end = text.find_first_of(";]", text.find("kFunction = "));
  const size_t begin = text.find_last_of(" :&", end) + 1;
  return text.substr(begin, end - begin);
}

// The y that a kernel makes of x.
template <void (*kKernel)(TestArguments)>
std::vector<float> RunKernel(const Shape& shape, const std::vector<float>& x,
                             int64_t y_size, int columns = 0,
                             const EmulatedDevice::Options& options = {}) {
  EmulatedDevice device(options,
                        {MakeKernel<kKernel>(NameOfFunction<kKernel>())});
  const Global<float> y = AllocateTensor<float>(device, y_size);
  const TestArguments arguments = {ReadOnly(ToDevice(device, x)), y, columns};
  device
      .Compile({{MakeLaunch(arguments, shape.grid, shape.block,
                            shape.shared_bytes)}})
      ->Run();
  return FromDevice(device, y);
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_TESTING_RUN_KERNEL_H_
