// What Inbox calls of the CUDA runtime, without a GPU. A stream is a queue, and
// what is in it is done in some order that CUDA allows: at random, and copies
// in pieces, between which other streams go on. Nothing waits in vain: what is
// queued waits only for what was queued before it.
//
// It is to be linked in place of the runtime.
#ifndef AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_
#define AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <functional>

namespace autodiff::cuda::deferred {

void Seed(uint64_t seed);

// Of the streams made from now on. After a call each goes on with this
// probability, and then again: with 0 it does nothing until something here
// waits, with 1 all that it may.
void SetHaste(double probability);

// As a kernel is launched.
void Enqueue(cudaStream_t stream, std::function<void()> kernel);

// What has come from page-locked memory so far.
size_t BytesArrived();

}  // namespace autodiff::cuda::deferred

#endif  // AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_
