// A product as BLAS knows it: what the stand-in of cuBLAS (cublas.cc) adds to a
// graph of the stand-in of the runtime (graphs.cc).
#ifndef AUTODIFF_CUDA_TESTING_SGEMM_H_
#define AUTODIFF_CUDA_TESTING_SGEMM_H_

#include <cstddef>
#include <cstdint>

struct CUstream_st;  // a cudaStream_t points to one

namespace autodiff::cuda::stand_in {

// C_i = alpha op(A_i) op(B_i) + beta C_i for `count` products, [m, k] times
// [k, n], all column by column.
struct SgemmArguments {
  // Element (row, column) of the i-th matrix lies at row + column * leading
  // from data + i * stride on or, if there are addresses (on the GPU), from the
  // i-th.
  struct Matrices {
    const float* data = nullptr;
    int leading = 0;
    int64_t stride = 0;
    const float* const* addresses = nullptr;
  };

  int m = 0, n = 0, k = 0, count = 1;
  bool transpose_a = false, transpose_b = false;
  bool tf32 = false;  // rounds the elements of A and B to 11 bits
  float alpha = 1, beta = 0;
  Matrices a, b, c;
  void* workspace = nullptr;
  size_t workspace_bytes = 0;
};

// False unless the stream is being captured.
bool Capture(const SgemmArguments& product, CUstream_st* stream);

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_SGEMM_H_
