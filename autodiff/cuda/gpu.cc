#include "autodiff/cuda/gpu.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/check.h"
#include "autodiff/cuda/cublas.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/inbox/inbox.h"
#include "autodiff/cuda/kernels.h"
#include "autodiff/cuda/launch.h"

namespace autodiff::cuda {
namespace {

dim3 Dim3(const Extent& extent) { return {extent.x, extent.y, extent.z}; }

// The bytes of a Problems, as long as one with all its capacity.
std::vector<std::byte> Pack(const std::vector<Problem>& problems) {
  const size_t bytes = problems[0].arguments.size();
  const size_t capacity = std::min(
      kMaxProblems, (kMaxArgumentBytes - kProblemsHeaderBytes) / bytes);
  std::vector<std::byte> packed(kProblemsHeaderBytes + capacity * bytes);
  int header[kProblemsHeaderBytes / sizeof(int)] = {
      static_cast<int>(problems.size())};
  for (size_t i = 0; i < problems.size(); ++i) {
    header[i + 2] = header[i + 1] + static_cast<int>(problems[i].grid.x);
    std::memcpy(packed.data() + kProblemsHeaderBytes + i * bytes,
                problems[i].arguments.data(), bytes);
  }
  std::memcpy(packed.data(), header, sizeof(header));
  return packed;
}

// A CUDA graph while it is put together.
class Recording {
 public:
  explicit Recording(Cublas& cublas) : cublas_(cublas) {
    Check(cudaGraphCreate(&graph_, 0), "making a graph");
  }
  ~Recording() { cudaGraphDestroy(graph_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  void Add(const LaunchNode& node) {
    // A set: CUDA does not take the same dependency twice.
    std::set<int> places(node.after.begin(), node.after.end());
    const bool is_product = node.launch.kernel == KernelId::kGemm;
    const size_t product = products_.size();
    if (is_product) {
      // It waits for the last one that had its workspace.
      if (product >= Cublas::kWorkspaces) {
        places.insert(products_[product - Cublas::kWorkspaces]);
      }
      products_.push_back(static_cast<int>(nodes_.size()));
    }
    std::vector<cudaGraphNode_t> after;
    for (const int place : places) after.push_back(nodes_[place]);
    nodes_.push_back(is_product ? AddProduct(node.launch, after,
                                             product % Cublas::kWorkspaces)
                                : AddKernel(node.launch, after));
  }

  cudaGraphExec_t Instantiate() const {
    cudaGraphExec_t executable;
    Check(cudaGraphInstantiate(&executable, graph_, 0),
          "making a graph ready to run");
    return executable;
  }

 private:
  cudaGraphNode_t AddKernel(const Launch& launch,
                            const std::vector<cudaGraphNode_t>& after) {
    const bool many = launch.problems.size() > 1;
    const void* const function = FunctionOf(launch.kernel, many);
    const std::string name = absl::StrCat("kernel ", NameOf(launch.kernel));
    // CUDA copies the arguments.
    std::vector<std::byte> packed =
        many ? Pack(launch.problems) : launch.problems[0].arguments;
    void* arguments = packed.data();
    Extent grid = launch.problems[0].grid;
    for (size_t i = 1; i < launch.problems.size(); ++i) {
      grid.x += launch.problems[i].grid.x;
    }
    cudaKernelNodeParams parameters = {};
    parameters.func = const_cast<void*>(function);
    parameters.gridDim = Dim3(grid);
    parameters.blockDim = Dim3(launch.block);
    parameters.sharedMemBytes = static_cast<unsigned>(launch.shared_bytes);
    parameters.kernelParams = &arguments;
    cudaGraphNode_t node;
    Check(cudaGraphAddKernelNode(&node, graph_, after.data(), after.size(),
                                 &parameters),
          name);
    return node;
  }

  cudaGraphNode_t AddProduct(const Launch& launch,
                             const std::vector<cudaGraphNode_t>& after,
                             int workspace) {
    std::vector<GemmArguments> arguments(launch.problems.size());
    for (size_t i = 0; i < arguments.size(); ++i) {
      std::memcpy(&arguments[i], launch.problems[i].arguments.data(),
                  sizeof(GemmArguments));
    }
    const cudaGraph_t product = cublas_.Record(arguments, workspace);
    cudaGraphNode_t node;
    Check(cudaGraphAddChildGraphNode(&node, graph_, after.data(), after.size(),
                                     product),
          "adding a matrix product");
    cudaGraphDestroy(product);  // The node has a copy.
    return node;
  }

  Cublas& cublas_;
  cudaGraph_t graph_ = nullptr;
  std::vector<cudaGraphNode_t> nodes_;
  std::vector<int> products_;  // places of nodes
};

class GpuGraph final : public LaunchGraph {
 public:
  GpuGraph(cudaGraphExec_t executable, cudaStream_t stream)
      : executable_(executable), stream_(stream) {}
  ~GpuGraph() override { cudaGraphExecDestroy(executable_); }

  void Run() override {
    Check(cudaGraphLaunch(executable_, stream_), "starting a graph");
  }

 private:
  const cudaGraphExec_t executable_;
  const cudaStream_t stream_;
};

// All that reads or writes memory of Allocate is on one stream: what is asked
// for earlier happens earlier. Only the inbox has another one, up to there.
class Gpu final : public Device {
 public:
  Gpu(std::string name, cudaStream_t stream, std::unique_ptr<Cublas> cublas)
      : name_(std::move(name)),
        stream_(stream),
        cublas_(std::move(cublas)),
        inbox_(std::in_place, stream) {}
  ~Gpu() override {
    cudaStreamSynchronize(stream_);
    inbox_.reset();
    cublas_.reset();
    cudaStreamDestroy(stream_);
  }

  std::string Name() const override { return name_; }
  int block_threads() const override { return 256; }

  void* Allocate(size_t bytes) override {
    if (bytes == 0) bytes = 1;
    void* memory;
    Check(cudaMalloc(&memory, bytes),
          absl::StrCat("allocating ", bytes, " bytes"));
    Check(cudaMemsetAsync(memory, 0, bytes, stream_), "zeroing memory");
    return memory;
  }

  void Free(void* memory) override {
    Check(cudaStreamSynchronize(stream_), "waiting for the GPU");
    Check(cudaFree(memory), "freeing memory");
  }

  void CopyIn(void* to, const void* from, size_t bytes) override {
    inbox_->CopyIn(to, from, bytes);
  }

  void CopyOut(void* to, const void* from, size_t bytes) override {
    Check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_),
          "copying from the GPU");
    Check(cudaStreamSynchronize(stream_), "waiting for the GPU");
  }

  std::unique_ptr<LaunchGraph> Compile(
      const std::vector<LaunchNode>& nodes) override {
    Recording recording(*cublas_);
    for (const LaunchNode& node : nodes) recording.Add(node);
    return std::make_unique<GpuGraph>(recording.Instantiate(), stream_);
  }

 private:
  const std::string name_;
  const cudaStream_t stream_;
  std::unique_ptr<Cublas> cublas_;
  std::optional<Inbox> inbox_;
};

absl::Status NoGpu(cudaError_t error) {
  return absl::UnavailableError(
      absl::StrCat("no GPU to run on: ", cudaGetErrorString(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Device>> OpenGpu(const GpuOptions& options) {
  cudaDeviceProp properties;
  cudaError_t error = cudaGetDeviceProperties(&properties, 0);
  if (error != cudaSuccess) return NoGpu(error);
  if (properties.major < 8) {
    return absl::UnavailableError(absl::StrCat(
        "no GPU to run on: the ", properties.name, " has compute capability ",
        properties.major, ".", properties.minor, "; 8.0 is the least"));
  }
  int driver = 0;
  error = cudaDriverGetVersion(&driver);
  if (error != cudaSuccess) return NoGpu(error);
  // Earlier ones take no more than 4 KB of arguments.
  constexpr int kLeastDriver = 12010;
  if (driver < kLeastDriver) {
    return absl::UnavailableError(absl::StrCat(
        "no GPU to run on: the driver is one for CUDA ", driver / 1000, ".",
        driver % 1000 / 10, "; 12.1 is the least"));
  }
  cudaStream_t stream;
  error = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  if (error != cudaSuccess) return NoGpu(error);
  absl::StatusOr<std::unique_ptr<Cublas>> cublas =
      Cublas::Open(stream, options.tf32);
  if (!cublas.ok()) {
    cudaStreamDestroy(stream);
    return cublas.status();
  }
  return std::make_unique<Gpu>(
      absl::StrCat(properties.name, ", ", options.tf32 ? "TF32" : "FP32",
                   " products"),
      stream, *std::move(cublas));
}

}  // namespace autodiff::cuda
