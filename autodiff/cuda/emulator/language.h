// CUDA's words that kernels use, for the host's compiler.
#ifndef AUTODIFF_CUDA_EMULATOR_LANGUAGE_H_
#define AUTODIFF_CUDA_EMULATOR_LANGUAGE_H_

#include <math.h>

#include <algorithm>
#include <atomic>
#include <source_location>

#include "autodiff/cuda/emulator/reference.h"
#include "autodiff/cuda/emulator/shared_memory.h"
#include "autodiff/cuda/emulator/shuffle.h"
#include "autodiff/cuda/emulator/thread.h"

// A kernel may be in a header.
#define __global__ inline
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
// Arguments are the same for all threads: no copies.
// NOLINTNEXTLINE(bugprone-macro-parentheses): part of a declaration.
#define __grid_constant__ &

#define threadIdx (::autodiff::cuda::emulator::Running().index)
#define blockIdx (::autodiff::cuda::emulator::Running().block)
#define blockDim (::autodiff::cuda::emulator::Running().execution->block)
#define gridDim (::autodiff::cuda::emulator::Running().execution->grid)

// Each place where it stands is an array of its own.
#define SHARED(T, name, count)                               \
  const ::autodiff::cuda::emulator::Shared<T> name =         \
      ::autodiff::cuda::emulator::DeclareShared<T, (count)>( \
          [] {                                               \
            static char declaration;                         \
            return &declaration;                             \
          }(),                                               \
          #name)
#define DYNAMIC_SHARED(T, name)                      \
  const ::autodiff::cuda::emulator::Shared<T> name = \
      ::autodiff::cuda::emulator::DynamicShared<T>(#name)

namespace autodiff::cuda {

using emulator::Shared;

inline void __syncthreads(
    std::source_location where = std::source_location::current()) {
  emulator::Wait(emulator::Barrier::kBlock, where);
}
inline void __syncwarp(
    std::source_location where = std::source_location::current()) {
  emulator::Wait(emulator::Barrier::kWarp, where);
}

// All lanes must take part: `mask` has all bits. `width` is a power of two, and
// lanes share values within groups of so many.
template <typename T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32,
              std::source_location where = std::source_location::current()) {
  return emulator::Shuffle(mask, value, width, where, [=](int own) {
    return (own & -width) + (lane & (width - 1));
  });
}
template <typename T>
T __shfl_xor_sync(
    unsigned mask, T value, int bits, int width = 32,
    std::source_location where = std::source_location::current()) {
  return emulator::Shuffle(mask, value, width, where, [=](int own) {
    const int lane = own ^ bits;
    return (lane & -width) > (own & -width) ? own : lane;
  });
}
template <typename T>
T __shfl_down_sync(
    unsigned mask, T value, int lanes, int width = 32,
    std::source_location where = std::source_location::current()) {
  return emulator::Shuffle(mask, value, width, where, [=](int own) {
    const int lane = own + lanes;
    return (lane & -width) > (own & -width) ? own : lane;
  });
}

// The old value.
inline unsigned long long atomicMax(
    unsigned long long* address, unsigned long long value,
    std::source_location where = std::source_location::current()) {
  const std::atomic_ref word(*static_cast<unsigned long long*>(
      emulator::Change(address, sizeof(*address), {0, 1, nullptr, where})));
  unsigned long long old = word.load();
  while (old < value && !word.compare_exchange_weak(old, value)) {
  }
  return old;
}

// The C library has expf, logf, fmaxf, … under CUDA's names.
inline float rsqrtf(float x) { return 1 / sqrtf(x); }
using std::max;
using std::min;

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_EMULATOR_LANGUAGE_H_
