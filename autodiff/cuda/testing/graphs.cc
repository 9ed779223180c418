#include "autodiff/cuda/testing/graphs.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "autodiff/cuda/launch.h"
#include "autodiff/cuda/testing/kernels.h"
#include "autodiff/cuda/testing/machine.h"
#include "autodiff/cuda/testing/sgemm.h"
#include "autodiff/cuda/testing/streams.h"

using autodiff::cuda::LaunchNode;

// A launch, or a copy of a whole graph in its place.
struct CUgraphNode_st {
  std::set<const CUgraphNode_st*> after = {};
  autodiff::cuda::Launch launch = {};
  std::vector<LaunchNode> child = {};
  bool is_child = false;
};

struct CUgraph_st {
  std::vector<std::unique_ptr<CUgraphNode_st>> nodes;
};

struct CUgraphExec_st {
  std::shared_ptr<autodiff::cuda::LaunchGraph> graph;
};

namespace autodiff::cuda::stand_in {
namespace {

std::map<cudaStream_t, cudaGraph_t>& Captures() {
  static std::map<cudaStream_t, cudaGraph_t> captures;
  return captures;
}

// What the graph launches. A node is after every launch of those that it is
// after.
std::vector<LaunchNode> Flatten(const CUgraph_st& graph) {
  std::vector<LaunchNode> launches;
  std::map<const CUgraphNode_st*, std::vector<int>> places;
  for (const auto& node : graph.nodes) {
    std::vector<int> after;
    for (const CUgraphNode_st* earlier : node->after) {
      const std::vector<int>& all = places.at(earlier);
      after.insert(after.end(), all.begin(), all.end());
    }
    std::vector<int>& own = places[node.get()];
    if (!node->is_child) {
      own = {static_cast<int>(launches.size())};
      launches.push_back({node->launch, after});
      continue;
    }
    if (node->child.empty()) own = after;
    const int begin = static_cast<int>(launches.size());
    for (const LaunchNode& launch : node->child) {
      own.push_back(static_cast<int>(launches.size()));
      launches.push_back({launch.launch, after});
      for (const int earlier : launch.after) {
        launches.back().after.push_back(begin + earlier);
      }
    }
  }
  return launches;
}

// Each only once, and of the same graph.
cudaError_t Add(cudaGraph_t graph, const cudaGraphNode_t* after, size_t count,
                CUgraphNode_st made, cudaGraphNode_t* node) {
  std::set<const CUgraphNode_st*> own;
  for (const auto& earlier : graph->nodes) own.insert(earlier.get());
  for (size_t i = 0; i < count; ++i) {
    if (!own.contains(after[i]) || !made.after.insert(after[i]).second) {
      return cudaErrorInvalidValue;
    }
  }
  graph->nodes.push_back(std::make_unique<CUgraphNode_st>(std::move(made)));
  *node = graph->nodes.back().get();
  return deferred::GoOn();
}

// After the last node of the stream.
void AddCaptured(const Launch& launch, cudaStream_t stream) {
  const cudaGraph_t graph = Captures().at(stream);
  cudaGraphNode_t last =
      graph->nodes.empty() ? nullptr : graph->nodes.back().get();
  Add(graph, &last, last == nullptr ? 0 : 1, {.launch = launch}, &last);
}

// A launch of a library's function.
template <typename Arguments>
Launch OfLibrary(KernelId kernel, const Arguments& arguments) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(&arguments);
  return {.kernel = kernel,
          .problems = {{.arguments = {bytes, bytes + sizeof(arguments)}}}};
}

bool IsWithin(const dim3& extent, uint64_t x, uint64_t y, uint64_t z) {
  return extent.x > 0 && extent.y > 0 && extent.z > 0 && extent.x <= x &&
         extent.y <= y && extent.z <= z;
}

Extent ToExtent(const dim3& extent) { return {extent.x, extent.y, extent.z}; }

}  // namespace

bool IsCaptured(cudaStream_t stream) { return Captures().contains(stream); }

bool CaptureMemset(void* memory, int value, size_t bytes, cudaStream_t stream) {
  if (bytes % sizeof(uint32_t) != 0) return false;
  const SetArguments arguments = {
      .words = {static_cast<uint32_t*>(memory),
                static_cast<int64_t>(bytes / sizeof(uint32_t))},
      .value = static_cast<uint8_t>(value) * 0x01010101u};
  AddCaptured(OfLibrary(SetKernel(), arguments), stream);
  return true;
}

bool Capture(const SgemmArguments& product, cudaStream_t stream) {
  if (!IsCaptured(stream)) return false;
  AddCaptured(OfLibrary(SgemmKernel(), product), stream);
  return true;
}

}  // namespace autodiff::cuda::stand_in

// ---- The runtime's functions, as CUDA's documentation describes them --------

using autodiff::cuda::KernelId;
using autodiff::cuda::deferred::Enqueue;
using autodiff::cuda::deferred::GoOn;
using autodiff::cuda::deferred::Progress;
using autodiff::cuda::stand_in::Add;
using autodiff::cuda::stand_in::Captures;
using autodiff::cuda::stand_in::FindKernel;
using autodiff::cuda::stand_in::Flatten;
using autodiff::cuda::stand_in::IsCaptured;
using autodiff::cuda::stand_in::IsWithin;
using autodiff::cuda::stand_in::Kernels;
using autodiff::cuda::stand_in::TheDevice;
using autodiff::cuda::stand_in::Things;
using autodiff::cuda::stand_in::ToExtent;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (IsCaptured(stream)) return cudaErrorIllegalState;
  ++Things();
  Captures()[stream] = new CUgraph_st;
  return GoOn();
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const auto capture = Captures().find(stream);
  if (capture == Captures().end()) return cudaErrorIllegalState;
  *graph = capture->second;
  Captures().erase(capture);
  return GoOn();
}

cudaError_t cudaGraphCreate(cudaGraph_t* graph, unsigned flags) {
  if (flags != 0) return cudaErrorInvalidValue;
  ++Things();
  *graph = new CUgraph_st;
  return GoOn();
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  --Things();
  return GoOn();
}

cudaError_t cudaGraphAddKernelNode(cudaGraphNode_t* node, cudaGraph_t graph,
                                   const cudaGraphNode_t* dependencies,
                                   size_t num,
                                   const cudaKernelNodeParams* params) {
  const int place = FindKernel(params->func);
  if (place < 0) return cudaErrorInvalidDeviceFunction;
  const dim3 grid = params->gridDim, block = params->blockDim;
  if (!IsWithin(grid, 0x7fffffff, 65535, 65535) ||
      !IsWithin(block, 1024, 1024, 64) ||
      uint64_t{block.x} * block.y * block.z > 1024 ||
      params->sharedMemBytes > 48 << 10) {
    return cudaErrorInvalidConfiguration;
  }
  const size_t bytes = Kernels()[place].argument_bytes;
  if (bytes > 32764 || params->extra != nullptr) {
    return cudaErrorInvalidValue;
  }
  // The kernel says how many there are to be read.
  const auto* const arguments =
      static_cast<const std::byte*>(params->kernelParams[0]);
  return Add(
      graph, dependencies, num,
      {.launch = {.kernel = static_cast<KernelId>(place),
                  .block = ToExtent(block),
                  .shared_bytes = params->sharedMemBytes,
                  .problems = {{.grid = ToExtent(grid),
                                .arguments = {arguments, arguments + bytes}}}}},
      node);
}

cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t* node, cudaGraph_t graph,
                                       const cudaGraphNode_t* dependencies,
                                       size_t num, cudaGraph_t child) {
  return Add(graph, dependencies, num,
             {.child = Flatten(*child), .is_child = true}, node);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph,
                                 unsigned long long flags) {
  if (flags != 0) return cudaErrorInvalidValue;
  ++Things();
  *exec = new CUgraphExec_st{TheDevice().Compile(Flatten(*graph))};
  return GoOn();
}

// What runs goes on.
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  --Things();
  return GoOn();
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  return Enqueue(stream, [graph = exec->graph] {
    graph->Run();
    return Progress::kDone;
  });
}
