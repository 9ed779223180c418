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

std::unique_ptr<emulator::EmulatedDevice> device;
int blocks = 0;

}  // namespace

Machine& TheMachine() {
  static Machine machine;
  return machine;
}

emulator::EmulatedDevice& TheDevice() {
  using emulator::EmulatedDevice;
  if (device == nullptr) {
    device = std::make_unique<EmulatedDevice>(
        EmulatedDevice::Options{.threads = EmulatedDevice::Order::kShuffled,
                                .shuffle_launches = true,
                                .seed = deferred::Random()(),
                                .block_threads = 256},
        Kernels());
  }
  return *device;
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
using autodiff::cuda::stand_in::device;
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

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int number) {
  if (TheMachine().error != cudaSuccess) return TheMachine().error;
  if (number != 0) return cudaErrorInvalidDevice;
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
cudaError_t cudaMalloc(void** memory, size_t bytes) {
  constexpr size_t kMost = size_t{1} << 20;
  *memory = TheDevice().Allocate(bytes);
  const std::vector<std::byte> dirt(std::min(bytes, kMost), std::byte{0xff});
  TheDevice().CopyIn(*memory, dirt.data(), dirt.size());
  ++blocks;
  ++Things();
  return GoOn();
}

// Does not wait for what uses it.
cudaError_t cudaFree(void* memory) {
  if (memory == nullptr) return GoOn();
  TheDevice().Free(memory);
  if (--blocks == 0) device.reset();
  --Things();
  return GoOn();
}

cudaError_t cudaMallocHost(void** memory, size_t bytes) {
  *memory = std::malloc(bytes);
  ++Things();
  return GoOn();
}

cudaError_t cudaFreeHost(void* memory) {
  std::free(memory);
  --Things();
  return GoOn();
}

// Never at once, even if the host's memory is not page-locked.
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind kind, cudaStream_t stream) {
  if (IsCaptured(stream)) return cudaErrorNotSupported;
  return Enqueue(stream, [=, done = size_t{0}]() mutable {
    std::uniform_int_distribution<size_t> more(0, bytes - done);
    const size_t piece = more(Random());
    std::byte* const target = static_cast<std::byte*>(to) + done;
    const std::byte* const source = static_cast<const std::byte*>(from) + done;
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
    return done == bytes ? Progress::kDone : Progress::kSome;
  });
}

cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes,
                            cudaStream_t stream) {
  if (IsCaptured(stream)) {
    return CaptureMemset(memory, value, bytes, stream) ? cudaSuccess
                                                       : cudaErrorNotSupported;
  }
  return Enqueue(stream, [=] {
    const std::vector<std::byte> values(bytes, static_cast<std::byte>(value));
    TheDevice().CopyIn(memory, values.data(), bytes);
    return Progress::kDone;
  });
}
