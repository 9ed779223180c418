// A tensor in a device's memory, as the arguments of a kernel hold it: plain
// data, the same for the compiler of host code and that of device code.
#ifndef AUTODIFF_CUDA_GLOBAL_H_
#define AUTODIFF_CUDA_GLOBAL_H_

#include <cstdint>

#ifndef __CUDACC__
#include "autodiff/cuda/emulator/reference.h"
#endif

namespace autodiff::cuda {

template <typename T>
struct Global {
  T* data = nullptr;
  int64_t size = 0;  // elements

#ifdef __CUDACC__
  __device__ T& operator[](int64_t i) const { return data[i]; }
#else
  // Checked: see emulator/reference.h.
  emulator::Reference<T> operator[](const emulator::Position& i) const {
    return emulator::At(data, size, i);
  }
#endif
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_GLOBAL_H_
