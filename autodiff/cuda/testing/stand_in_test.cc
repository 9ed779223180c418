// What the GPU's code says where there is no GPU to its liking, and that the
// stand-in refuses what CUDA and cuBLAS refuse.

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/device.h"
#include "autodiff/cuda/gpu.h"
#include "autodiff/cuda/kernels.h"
#include "autodiff/cuda/launch.h"
#include "autodiff/cuda/testing/machine.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::stand_in {
namespace {

using testing::HasSubstr;

// ---- Opening ----------------------------------------------------------------

void ExpectNoGpu(const Machine& machine, const std::string& why) {
  TheMachine() = machine;
  const absl::StatusOr<std::unique_ptr<Device>> gpu = OpenGpu();
  TheMachine() = {};
  ASSERT_FALSE(gpu.ok());
  EXPECT_THAT(std::string(gpu.status().message()),
              HasSubstr("no GPU to run on: " + why));
  EXPECT_EQ(Things(), 0);
}

TEST(OpenGpu, SaysWhyThereIsNone) {
  ExpectNoGpu({.error = cudaErrorNoDevice}, "no CUDA-capable device");
  ExpectNoGpu({.major = 7, .minor = 5},
              "the stand-in has compute capability 7.5; 8.0 is the least");
  ExpectNoGpu({.driver = 12000},
              "the driver is one for CUDA 12.0; 12.1 is the least");
}

TEST(OpenGpu, GivesEverythingBack) {
  absl::StatusOr<std::unique_ptr<Device>> gpu = OpenGpu();
  ASSERT_TRUE(gpu.ok()) << gpu.status();
  auto* const x = static_cast<float*>((*gpu)->Allocate(6 * sizeof(float)));
  const auto multiply = [&](int64_t c) {
    return MakeLaunch(
        GemmArguments{
            .a = {x, 2}, .b = {x, 2}, .c = {x + c, 1}, .m = 1, .n = 1, .k = 2},
        {}, {});
  };
  Launch batch = multiply(4);
  batch.problems.push_back(multiply(5).problems[0]);
  (*gpu)->Compile({{batch}, {multiply(3)}})->Run();
  (*gpu)->Free(x);
  EXPECT_GT(Things(), 0);
  gpu->reset();
  EXPECT_EQ(Things(), 0);
}

// ---- What is refused --------------------------------------------------------

class Graph {
 public:
  Graph() { cudaGraphCreate(&graph_, 0); }
  ~Graph() { cudaGraphDestroy(graph_); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  cudaError_t Add(const cudaKernelNodeParams& parameters,
                  const std::vector<cudaGraphNode_t>& after = {}) {
    return cudaGraphAddKernelNode(&last_, graph_, after.data(), after.size(),
                                  &parameters);
  }
  cudaGraphNode_t last() const { return last_; }

 private:
  cudaGraph_t graph_;
  cudaGraphNode_t last_ = nullptr;
};

TEST(StandIn, RefusesTheNodesThatCudaRefuses) {
  IncrementArguments arguments = {};
  void* pointer = &arguments;
  cudaKernelNodeParams good = {};
  good.func = const_cast<void*>(FunctionOf(KernelId::kIncrement, false));
  good.gridDim = {1, 1, 1};
  good.blockDim = {1024, 1, 1};
  good.sharedMemBytes = 48 << 10;
  good.kernelParams = &pointer;

  Graph graph, other;
  ASSERT_EQ(graph.Add(good), cudaSuccess);
  ASSERT_EQ(other.Add(good), cudaSuccess);
  const cudaGraphNode_t first = graph.last();
  EXPECT_EQ(graph.Add(good, {first}), cudaSuccess);
  EXPECT_EQ(graph.Add(good, {first, first}), cudaErrorInvalidValue);
  EXPECT_EQ(graph.Add(good, {other.last()}), cudaErrorInvalidValue);

  cudaKernelNodeParams bad = good;
  bad.func = &arguments;
  EXPECT_EQ(graph.Add(bad), cudaErrorInvalidDeviceFunction);
  for (const std::function<void()>& change : std::vector<std::function<void()>>{
           [&] { bad.gridDim.x = 0; }, [&] { bad.gridDim.x = 1u << 31; },
           [&] { bad.gridDim.y = 65536; }, [&] { bad.blockDim.y = 2; },
           [&] {
             bad.blockDim = {1, 1, 65};
           },
           [&] { ++bad.sharedMemBytes; }}) {
    bad = good;
    change();
    EXPECT_EQ(graph.Add(bad), cudaErrorInvalidConfiguration);
  }
}

TEST(StandIn, EndsWithWhatCudaSays) {
  ExpectFail(
      [] {
        const std::unique_ptr<Device> gpu = *OpenGpu();
        gpu->Compile({{MakeLaunch(IncrementArguments{}, {1}, {2048})}});
      },
      {"CUDA: kernel Increment: invalid configuration argument"});
}

TEST(StandIn, RefusesTheMatricesThatCublasRefuses) {
  void* const library = dlopen("libcublas.so.13", RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  cublasHandle_t handle;
  ASSERT_EQ(reinterpret_cast<decltype(&cublasCreate_v2)>(
                dlsym(library, "cublasCreate_v2"))(&handle),
            CUBLAS_STATUS_SUCCESS);
  const auto sgemm = reinterpret_cast<decltype(&cublasSgemm_v2)>(
      dlsym(library, "cublasSgemm_v2"));
  const float one = 1;
  // [3, 7] times [7, 5], each matrix with the least distance of columns.
  const auto multiply = [&](cublasOperation_t transpose, int lda, int ldb,
                            int ldc) {
    return sgemm(handle, transpose, transpose, 3, 5, 7, &one, nullptr, lda,
                 nullptr, ldb, &one, nullptr, ldc);
  };
  // Accepted as far as it goes: there is no workspace.
  constexpr auto kAccepted = CUBLAS_STATUS_NOT_SUPPORTED;
  constexpr auto kRefused = CUBLAS_STATUS_INVALID_VALUE;
  EXPECT_EQ(multiply(CUBLAS_OP_N, 3, 7, 3), kAccepted);
  EXPECT_EQ(multiply(CUBLAS_OP_N, 2, 7, 3), kRefused);
  EXPECT_EQ(multiply(CUBLAS_OP_N, 3, 6, 3), kRefused);
  EXPECT_EQ(multiply(CUBLAS_OP_N, 3, 7, 2), kRefused);
  EXPECT_EQ(multiply(CUBLAS_OP_T, 7, 5, 3), kAccepted);
  EXPECT_EQ(multiply(CUBLAS_OP_T, 6, 5, 3), kRefused);
  EXPECT_EQ(multiply(CUBLAS_OP_T, 7, 4, 3), kRefused);
  reinterpret_cast<decltype(&cublasDestroy_v2)>(
      dlsym(library, "cublasDestroy_v2"))(handle);
  dlclose(library);
}

}  // namespace
}  // namespace autodiff::cuda::stand_in
