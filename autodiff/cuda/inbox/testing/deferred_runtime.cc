#include "autodiff/cuda/inbox/testing/deferred_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "autodiff/fail.h"

namespace {

enum class Progress { kNone, kSome, kDone };

}  // namespace

// How often it has been recorded, by calls and by streams.
struct CUevent_st {
  int64_t calls = 0, done = 0;
};

struct CUstream_st {
  double haste;
  std::deque<std::function<Progress()>> work;
};

namespace autodiff::cuda::deferred {
namespace {

struct Runtime {
  std::mt19937_64 random;
  double haste = 0;
  std::vector<cudaStream_t> streams;
  std::map<const std::byte*, size_t> page_locked;
  size_t bytes_arrived = 0;
};

Runtime& TheRuntime() {
  static Runtime runtime;
  return runtime;
}

// Whether there was something that the stream could do.
bool Step(cudaStream_t stream) {
  if (stream->work.empty()) return false;
  const Progress progress = stream->work.front()();
  if (progress == Progress::kDone) stream->work.pop_front();
  return progress != Progress::kNone;
}

// Ends every call.
cudaError_t GoOn() {
  Runtime& runtime = TheRuntime();
  std::shuffle(runtime.streams.begin(), runtime.streams.end(), runtime.random);
  for (const cudaStream_t stream : runtime.streams) {
    std::bernoulli_distribution more(stream->haste);
    while (more(runtime.random) && Step(stream)) {
    }
  }
  return cudaSuccess;
}

void WaitUntil(const std::function<bool()>& condition) {
  Runtime& runtime = TheRuntime();
  std::uniform_int_distribution<size_t> any(0, runtime.streams.size() - 1);
  while (!condition()) Step(runtime.streams[any(runtime.random)]);
}

cudaError_t Add(cudaStream_t stream, std::function<Progress()> work) {
  stream->work.push_back(std::move(work));
  return GoOn();
}

void RequirePageLocked(const void* memory, size_t bytes) {
  const auto* const begin = static_cast<const std::byte*>(memory);
  const auto& locked = TheRuntime().page_locked;
  auto block = locked.upper_bound(begin);
  if (block == locked.begin() ||
      begin + bytes > (--block)->first + block->second) {
    Fail("a copy from memory that is not page-locked waits for its stream");
  }
}

}  // namespace

void Seed(uint64_t seed) { TheRuntime().random.seed(seed); }

void SetHaste(double probability) { TheRuntime().haste = probability; }

void Enqueue(cudaStream_t stream, std::function<void()> kernel) {
  Add(stream, [kernel = std::move(kernel)] {
    kernel();
    return Progress::kDone;
  });
}

size_t BytesArrived() { return TheRuntime().bytes_arrived; }

}  // namespace autodiff::cuda::deferred

// ---- The runtime's functions, which CUDA's documentation describes
// -----------

using autodiff::cuda::deferred::Add;
using autodiff::cuda::deferred::GoOn;
using autodiff::cuda::deferred::RequirePageLocked;
using autodiff::cuda::deferred::TheRuntime;
using autodiff::cuda::deferred::WaitUntil;

const char* cudaGetErrorString(cudaError_t) { return "no error"; }

cudaError_t cudaMalloc(void** memory, size_t bytes) {
  *memory = std::malloc(bytes);
  return GoOn();
}

cudaError_t cudaFree(void* memory) {
  std::free(memory);
  return GoOn();
}

cudaError_t cudaMallocHost(void** memory, size_t bytes) {
  *memory = std::malloc(bytes);
  TheRuntime().page_locked[static_cast<std::byte*>(*memory)] = bytes;
  return GoOn();
}

cudaError_t cudaFreeHost(void* memory) {
  TheRuntime().page_locked.erase(static_cast<std::byte*>(memory));
  return cudaFree(memory);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st{TheRuntime().haste, {}};
  TheRuntime().streams.push_back(*stream);
  return GoOn();
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (!stream->work.empty()) {
    autodiff::Fail("a stream is destroyed that has something to do");
  }
  std::erase(TheRuntime().streams, stream);
  delete stream;
  return GoOn();
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  WaitUntil([=] { return stream->work.empty(); });
  return GoOn();
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned) {
  return Add(stream, [event, record = event->calls] {
    return event->done >= record ? Progress::kDone : Progress::kNone;
  });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return GoOn();
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return GoOn();
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return Add(stream, [event, record = ++event->calls] {
    event->done = std::max(event->done, record);
    return Progress::kDone;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  WaitUntil([=, record = event->calls] { return event->done >= record; });
  return GoOn();
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind kind, cudaStream_t stream) {
  const bool arrives = kind == cudaMemcpyHostToDevice;
  if (arrives) RequirePageLocked(from, bytes);
  return Add(stream, [=, done = size_t{0}]() mutable {
    std::uniform_int_distribution<size_t> more(0, bytes - done);
    const size_t piece = more(TheRuntime().random);
    std::copy_n(static_cast<const std::byte*>(from) + done, piece,
                static_cast<std::byte*>(to) + done);
    done += piece;
    if (arrives) TheRuntime().bytes_arrived += piece;
    return done == bytes ? Progress::kDone : Progress::kSome;
  });
}
