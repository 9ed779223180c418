#include "autodiff/cuda/inbox/testing/deferred_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <utility>

#include "autodiff/cuda/testing/streams.h"
#include "autodiff/fail.h"

namespace autodiff::cuda::deferred {
namespace {

struct Copies {
  std::map<const std::byte*, size_t> page_locked;
  size_t bytes_arrived = 0;
};

Copies& TheCopies() {
  static Copies copies;
  return copies;
}

void RequirePageLocked(const void* memory, size_t bytes) {
  const auto* const begin = static_cast<const std::byte*>(memory);
  const auto& locked = TheCopies().page_locked;
  auto block = locked.upper_bound(begin);
  if (block == locked.begin() ||
      begin + bytes > (--block)->first + block->second) {
    Fail("a copy from memory that is not page-locked waits for its stream");
  }
}

}  // namespace

void Launch(cudaStream_t stream, std::function<void()> kernel) {
  Enqueue(stream, [kernel = std::move(kernel)] {
    kernel();
    return Progress::kDone;
  });
}

size_t BytesArrived() { return TheCopies().bytes_arrived; }

}  // namespace autodiff::cuda::deferred

// ---- The runtime's functions, as CUDA's documentation describes them --------

using autodiff::cuda::deferred::Enqueue;
using autodiff::cuda::deferred::GoOn;
using autodiff::cuda::deferred::Progress;
using autodiff::cuda::deferred::Random;
using autodiff::cuda::deferred::RequirePageLocked;
using autodiff::cuda::deferred::TheCopies;

const char* cudaGetErrorString(cudaError_t) { return "no error"; }

cudaError_t cudaMalloc(void** ptr, size_t size) {
  *ptr = std::malloc(size);
  return GoOn();
}

cudaError_t cudaFree(void* ptr) {
  std::free(ptr);
  return GoOn();
}

cudaError_t cudaMallocHost(void** ptr, size_t size) {
  *ptr = std::malloc(size);
  TheCopies().page_locked[static_cast<std::byte*>(*ptr)] = size;
  return GoOn();
}

cudaError_t cudaFreeHost(void* ptr) {
  TheCopies().page_locked.erase(static_cast<std::byte*>(ptr));
  return cudaFree(ptr);
}

cudaError_t cudaMemcpyAsync(void* dst, const void* src, size_t count,
                            cudaMemcpyKind kind, cudaStream_t stream) {
  const bool arrives = kind == cudaMemcpyHostToDevice;
  if (arrives) RequirePageLocked(src, count);
  return Enqueue(stream, [=, done = size_t{0}]() mutable {
    std::uniform_int_distribution<size_t> more(0, count - done);
    const size_t piece = more(Random());
    std::copy_n(static_cast<const std::byte*>(src) + done, piece,
                static_cast<std::byte*>(dst) + done);
    done += piece;
    if (arrives) TheCopies().bytes_arrived += piece;
    return done == count ? Progress::kDone : Progress::kSome;
  });
}
