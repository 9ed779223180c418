// A chain of device_steps.h as a launch (kernels/chain.cuh).
#ifndef AUTODIFF_CUDA_CHAIN_H_
#define AUTODIFF_CUDA_CHAIN_H_

#include <vector>

#include "autodiff/cuda/device_steps.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"

namespace autodiff {

// The kernel's buffers are those of `inputs`, in which a node may be twice, and
// `outputs`.
struct CudaChain {
  CudaKernel kernel;
  std::vector<int> inputs, outputs;  // node ids
};

// `kept[id]` says whether node id needs a buffer, being an output of the
// program or read by another step.
CudaChain MakeCudaChain(const Graph& graph, const std::vector<int>& fed,
                        const DeviceStep& step, const std::vector<bool>& kept,
                        int block_threads);

}  // namespace autodiff

#endif  // AUTODIFF_CUDA_CHAIN_H_
