// CUDA's streams and events without a GPU. A stream is a queue, and what is in
// it is done in some order that CUDA allows: at random, and long work in
// pieces, between which other streams go on. Nothing waits in vain: what is
// queued waits only for what was queued before it.
//
// With what else a test needs of the CUDA runtime, it is to be linked in the
// runtime's place.
#ifndef AUTODIFF_CUDA_TESTING_STREAMS_H_
#define AUTODIFF_CUDA_TESTING_STREAMS_H_

#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <random>

namespace autodiff::cuda::deferred {

void Seed(uint64_t seed);
std::mt19937_64& Random();

// Of the streams made from now on. After a call each goes on with this
// probability, and then again: with 0 it does nothing until something here
// waits, with 1 all that it may.
void SetHaste(double probability);

// What a step of some work has come to. With kNone it waits for other streams.
enum class Progress { kNone, kSome, kDone };

// Steps of the work are done in the stream's turn, until it says kDone.
cudaError_t Enqueue(cudaStream_t stream, std::function<Progress()> work);

// Ends every call of the runtime.
cudaError_t GoOn();

}  // namespace autodiff::cuda::deferred

#endif  // AUTODIFF_CUDA_TESTING_STREAMS_H_
