// What Inbox calls of the CUDA runtime beside streams (cuda/testing/streams.h):
// memory, which is the host's, and copies in it.
#ifndef AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_
#define AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_

#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>

namespace autodiff::cuda::deferred {

// As a kernel is launched.
void Launch(cudaStream_t stream, std::function<void()> kernel);

// What has come from page-locked memory so far.
size_t BytesArrived();

}  // namespace autodiff::cuda::deferred

#endif  // AUTODIFF_CUDA_INBOX_TESTING_DEFERRED_RUNTIME_H_
