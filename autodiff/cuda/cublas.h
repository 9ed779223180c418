// Matrix products by NVIDIA's library cuBLAS.
#ifndef AUTODIFF_CUDA_CUBLAS_H_
#define AUTODIFF_CUDA_CUBLAS_H_

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "autodiff/cuda/arguments.h"

namespace autodiff::cuda {

// Equal products have equal bits: every one has a workspace of its own and of
// the same size, which is what cuBLAS asks for in order to pick the same
// algorithm each time, and none of its products adds with atomics.
class Cublas {
 public:
  // How many products may run at the same time.
  static constexpr int kWorkspaces = 4;

  // Looks for cuBLAS now, so that programs start where there is none. Products
  // are recorded on `stream`. For `tf32` see gpu.h.
  static absl::StatusOr<std::unique_ptr<Cublas>> Open(cudaStream_t stream,
                                                      bool tf32);
  ~Cublas();
  Cublas(const Cublas&) = delete;
  Cublas& operator=(const Cublas&) = delete;

  // The launches of a product, or of several of one shape as a batch, as a
  // graph, which is the caller's to destroy. No two that have the same of the
  // kWorkspaces may run at the same time.
  cudaGraph_t Record(const std::vector<GemmArguments>& products, int workspace);

 private:
  // The library's functions, by their names there.
  struct Functions {
    decltype(&::cublasCreate_v2) cublasCreate_v2;
    decltype(&::cublasDestroy_v2) cublasDestroy_v2;
    decltype(&::cublasGetStatusString) cublasGetStatusString;
    decltype(&::cublasSetMathMode) cublasSetMathMode;
    decltype(&::cublasSetStream_v2) cublasSetStream_v2;
    decltype(&::cublasSetWorkspace_v2) cublasSetWorkspace_v2;
    decltype(&::cublasSgemmBatched) cublasSgemmBatched;
    decltype(&::cublasSgemmStridedBatched) cublasSgemmStridedBatched;
    decltype(&::cublasSgemm_v2) cublasSgemm_v2;
  };

  Cublas(const Functions& library, cublasHandle_t handle, cudaStream_t stream,
         bool tf32);
  void AddPointers(const std::vector<GemmArguments>& products);
  cublasStatus_t Multiply(const std::vector<GemmArguments>& products);
  void Check(cublasStatus_t status, absl::string_view doing) const;

  const Functions library_;
  const cublasHandle_t handle_;
  const cudaStream_t stream_;
  void* workspaces_ = nullptr;
  std::vector<void*> pointers_;  // of batches: matrices a, b and c
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_CUBLAS_H_
