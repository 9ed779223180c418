#include "autodiff/cuda/testing/streams.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "autodiff/fail.h"

// How often it has been recorded, by calls and by streams.
struct CUevent_st {
  int64_t calls = 0, done = 0;
};

struct CUstream_st {
  double haste;
  std::deque<std::function<autodiff::cuda::deferred::Progress()>> work;
};

namespace autodiff::cuda::deferred {
namespace {

struct Streams {
  std::mt19937_64 random;
  double haste = 0;
  std::vector<cudaStream_t> all;
};

Streams& TheStreams() {
  static Streams streams;
  return streams;
}

// Whether there was something that the stream could do.
bool Step(cudaStream_t stream) {
  if (stream->work.empty()) return false;
  const Progress progress = stream->work.front()();
  if (progress == Progress::kDone) stream->work.pop_front();
  return progress != Progress::kNone;
}

void WaitUntil(const std::function<bool()>& condition) {
  const std::vector<cudaStream_t>& all = TheStreams().all;
  std::uniform_int_distribution<size_t> any(0, all.size() - 1);
  while (!condition()) Step(all[any(Random())]);
}

}  // namespace

void Seed(uint64_t seed) { Random().seed(seed); }

std::mt19937_64& Random() { return TheStreams().random; }

void SetHaste(double probability) { TheStreams().haste = probability; }

cudaError_t GoOn() {
  Streams& streams = TheStreams();
  std::shuffle(streams.all.begin(), streams.all.end(), streams.random);
  for (const cudaStream_t stream : streams.all) {
    std::bernoulli_distribution more(stream->haste);
    while (more(streams.random) && Step(stream)) {
    }
  }
  return cudaSuccess;
}

cudaError_t Enqueue(cudaStream_t stream, std::function<Progress()> work) {
  stream->work.push_back(std::move(work));
  return GoOn();
}

}  // namespace autodiff::cuda::deferred

// ---- The runtime's functions, as CUDA's documentation describes them --------

using autodiff::cuda::deferred::Enqueue;
using autodiff::cuda::deferred::GoOn;
using autodiff::cuda::deferred::Progress;
using autodiff::cuda::deferred::TheStreams;
using autodiff::cuda::deferred::WaitUntil;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st{TheStreams().haste, {}};
  TheStreams().all.push_back(*stream);
  return GoOn();
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (!stream->work.empty()) {
    autodiff::Fail("a stream is destroyed that has something to do");
  }
  std::erase(TheStreams().all, stream);
  delete stream;
  return GoOn();
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  WaitUntil([=] { return stream->work.empty(); });
  return GoOn();
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned) {
  return Enqueue(stream, [event, record = event->calls] {
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
  return Enqueue(stream, [event, record = ++event->calls] {
    event->done = std::max(event->done, record);
    return Progress::kDone;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  WaitUntil([=, record = event->calls] { return event->done >= record; });
  return GoOn();
}
