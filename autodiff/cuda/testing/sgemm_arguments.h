// A product as BLAS knows it.
#ifndef AUTODIFF_CUDA_TESTING_SGEMM_ARGUMENTS_H_
#define AUTODIFF_CUDA_TESTING_SGEMM_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>

namespace autodiff::cuda::stand_in {

// C_i = alpha op(A_i) op(B_i) + beta C_i for `count` products, [m, k] times
// [k, n], all column by column.
struct SgemmArguments {
  // Element (row, column) of the i-th matrix lies at row + column * leading
  // from i * stride on or, if there are addresses (on the GPU), from the i-th.
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

}  // namespace autodiff::cuda::stand_in

#endif  // AUTODIFF_CUDA_TESTING_SGEMM_ARGUMENTS_H_
