#include "autodiff/cuda/testing/machine.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "autodiff/cuda/testing/graphs.h"
#include "autodiff/cuda/testing/kernels.h"
#include "autodiff/cuda/testing/streams.h"

namespace autodiff::cuda::stand_in {
namespace {

std::unique_ptr<emulator::EmulatedDevice> gpu;
int blocks = 0;

}  // namespace

Machine& TheMachine() {
  static Machine machine;
  return machine;
}

emulator::EmulatedDevice& TheDevice() {
  using emulator::EmulatedDevice;
  if (gpu == nullptr) {
    gpu = std::make_unique<EmulatedDevice>(
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kShuffled,
                                .shuffle_launches = true,
                                .seed = deferred::Random()(),
                                .block_threads = 256},
        Kernels());
  }
  return *gpu;
}

int& Things() {
  static int things = 0;
  return things;
}

}  // namespace autodiff::cuda::stand_in

// ---- The runtime's functions, as CUDA's documentation describes them --------

using autodiff::cuda::deferred::Enqueue;
using autodiff::cuda::deferred::GoOn;
using autodiff::cuda::deferred::Progress;
using autodiff::cuda::deferred::Random;
using autodiff::cuda::stand_in::blocks;
using autodiff::cuda::stand_in::CaptureMemset;
using autodiff::cuda::stand_in::gpu;
using autodiff::cuda::stand_in::IsCaptured;
using autodiff::cuda::stand_in::TheDevice;
using autodiff::cuda::stand_in::TheMachine;
using autodiff::cuda::stand_in::Things;

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorInvalidConfiguration:
      return "invalid configuration argument";
    case cudaErrorInvalidDeviceFunction:
      return "invalid device function";
    case cudaErrorInvalidValue:
      return "invalid argument";
    default:
      return "another error";
  }
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (TheMachine().error != cudaSuccess) return TheMachine().error;
  if (device != 0) return cudaErrorInvalidDevice;
  *properties = {};
  std::string("stand-in").copy(properties->name, sizeof(properties->name));
  properties->major = TheMachine().major;
  properties->minor = TheMachine().minor;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = TheMachine().driver;
  return cudaSuccess;
}

// Bytes are not zeros, but those of NaN: enough of them for most blocks.
cudaError_t cudaMalloc(void** ptr, size_t size) {
  constexpr size_t kMost = size_t{1} << 20;
  *ptr = TheDevice().Allocate(size);
  const std::vector<std::byte> dirt(std::min(size, kMost), std::byte{0xff});
  TheDevice().CopyIn(*ptr, dirt.data(), dirt.size());
  ++blocks;
  ++Things();
  return GoOn();
}

// Does not wait for what uses it.
cudaError_t cudaFree(void* ptr) {
  if (ptr == nullptr) return GoOn();
  TheDevice().Free(ptr);
  if (--blocks == 0) gpu.reset();
  --Things();
  return GoOn();
}

cudaError_t cudaMallocHost(void** ptr, size_t size) {
  *ptr = std::malloc(size);
  ++Things();
  return GoOn();
}

cudaError_t cudaFreeHost(void* ptr) {
  std::free(ptr);
  --Things();
  return GoOn();
}

// Never at once, even if the host's memory is not page-locked.
cudaError_t cudaMemcpyAsync(void* dst, const void* src, size_t count,
                            cudaMemcpyKind kind, cudaStream_t stream) {
  if (IsCaptured(stream)) return cudaErrorNotSupported;
  return Enqueue(stream, [=, done = size_t{0}]() mutable {
    std::uniform_int_distribution<size_t> more(0, count - done);
    const size_t piece = more(Random());
    std::byte* const target = static_cast<std::byte*>(dst) + done;
    const std::byte* const source = static_cast<const std::byte*>(src) + done;
    if (kind == cudaMemcpyHostToDevice) {
      TheDevice().CopyIn(target, source, piece);
    } else if (kind == cudaMemcpyDeviceToHost) {
      TheDevice().CopyOut(target, source, piece);
    } else {
      std::vector<std::byte> between(piece);
      TheDevice().CopyOut(between.data(), source, piece);
      TheDevice().CopyIn(target, between.data(), piece);
    }
    done += piece;
    return done == count ? Progress::kDone : Progress::kSome;
  });
}

cudaError_t cudaMemsetAsync(void* ptr, int value, size_t count,
                            cudaStream_t stream) {
  if (IsCaptured(stream)) {
    return CaptureMemset(ptr, value, count, stream) ? cudaSuccess
                                                    : cudaErrorNotSupported;
  }
  return Enqueue(stream, [=] {
    const std::vector<std::byte> values(count, static_cast<std::byte>(value));
    TheDevice().CopyIn(ptr, values.data(), count);
    return Progress::kDone;
  });
}
