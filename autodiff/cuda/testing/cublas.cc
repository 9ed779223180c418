// cuBLAS without a GPU: libcublas.so of the tests. It refuses what cuBLAS's
// documentation says is refused, and leaves the product to the stand-in of the
// runtime (graphs.cc), in the program that opens it.

#include <cublas_v2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "autodiff/cuda/testing/sgemm.h"

using autodiff::cuda::stand_in::Capture;
using autodiff::cuda::stand_in::SgemmArguments;

struct cublasContext {
  cudaStream_t stream = nullptr;
  void* workspace = nullptr;
  size_t workspace_bytes = 0;
  cublasMath_t math = CUBLAS_DEFAULT_MATH;
};

namespace {

// As cuBLAS gets it: pointers first to what may be missing.
cublasStatus_t Multiply(cublasHandle_t handle, cublasOperation_t transa,
                        cublasOperation_t transb, const float* alpha,
                        const float* beta, SgemmArguments product) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  product.transpose_a = transa != CUBLAS_OP_N;
  product.transpose_b = transb != CUBLAS_OP_N;
  const int rows_a = product.transpose_a ? product.k : product.m;
  const int rows_b = product.transpose_b ? product.n : product.k;
  if (product.m < 0 || product.n < 0 || product.k < 0 || product.count < 0 ||
      product.a.leading < std::max(1, rows_a) ||
      product.b.leading < std::max(1, rows_b) ||
      product.c.leading < std::max(1, product.m) || alpha == nullptr ||
      beta == nullptr) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  // Only with pedantic mathematics can an environment variable not ask for it.
  product.tf32 = handle->math != CUBLAS_PEDANTIC_MATH;
  product.alpha = *alpha;
  product.beta = *beta;
  // Without one of the caller's, cuBLAS has one that all products share.
  if (handle->workspace == nullptr) return CUBLAS_STATUS_NOT_SUPPORTED;
  product.workspace = handle->workspace;
  product.workspace_bytes = handle->workspace_bytes;
  return Capture(product, handle->stream) ? CUBLAS_STATUS_SUCCESS
                                          : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // namespace

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusString(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    default:
      return "another status";
  }
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  handle->math = mode;
  return CUBLAS_STATUS_SUCCESS;
}

// Which also takes the workspace away.
cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  handle->workspace = nullptr;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace,
                                     size_t bytes) {
  constexpr uintptr_t kAlignment = 256;
  if (reinterpret_cast<uintptr_t>(workspace) % kAlignment != 0) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  handle->workspace = workspace;
  handle->workspace_bytes = bytes;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSgemm_v2(cublasHandle_t handle, cublasOperation_t transa,
                              cublasOperation_t transb, int m, int n, int k,
                              const float* alpha, const float* a, int lda,
                              const float* b, int ldb, const float* beta,
                              float* c, int ldc) {
  return Multiply(handle, transa, transb, alpha, beta,
                  {.m = m,
                   .n = n,
                   .k = k,
                   .a = {.data = a, .leading = lda},
                   .b = {.data = b, .leading = ldb},
                   .c = {.data = c, .leading = ldc}});
}

cublasStatus_t cublasSgemmStridedBatched(
    cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
    int m, int n, int k, const float* alpha, const float* a, int lda,
    long long strideA, const float* b, int ldb, long long strideB,
    const float* beta, float* c, int ldc, long long strideC, int count) {
  return Multiply(handle, transa, transb, alpha, beta,
                  {.m = m,
                   .n = n,
                   .k = k,
                   .count = count,
                   .a = {.data = a, .leading = lda, .stride = strideA},
                   .b = {.data = b, .leading = ldb, .stride = strideB},
                   .c = {.data = c, .leading = ldc, .stride = strideC}});
}

cublasStatus_t cublasSgemmBatched(cublasHandle_t handle,
                                  cublasOperation_t transa,
                                  cublasOperation_t transb, int m, int n, int k,
                                  const float* alpha, const float* const* a,
                                  int lda, const float* const* b, int ldb,
                                  const float* beta, float* const* c, int ldc,
                                  int count) {
  return Multiply(handle, transa, transb, alpha, beta,
                  {.m = m,
                   .n = n,
                   .k = k,
                   .count = count,
                   .a = {.leading = lda, .addresses = a},
                   .b = {.leading = ldb, .addresses = b},
                   .c = {.leading = ldc, .addresses = c}});
}
