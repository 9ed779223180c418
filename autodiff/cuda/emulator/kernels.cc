#include "autodiff/cuda/emulator/kernels.h"

#include "autodiff/cuda/kernels/chain.cuh"
#include "autodiff/cuda/kernels/copies.cuh"
#include "autodiff/cuda/kernels/counters.cuh"
#include "autodiff/cuda/kernels/gather.cuh"
#include "autodiff/cuda/kernels/random.cuh"
#include "autodiff/cuda/kernels/reductions.cuh"
#include "autodiff/cuda/kernels/top_k.cuh"

namespace autodiff::cuda::emulator {

namespace {

// Stands for the library's product: plain loops, in double.
void Gemm(const GemmArguments& a, int) {
  for (int i = 0; i < a.count; ++i) {
    for (int row = 0; row < a.m; ++row) {
      for (int column = 0; column < a.n; ++column) {
        double sum = 0;
        for (int j = 0; j < a.k; ++j) {
          const int64_t at_a =
              i * a.stride_a + (a.transpose_a ? j * a.m + row : row * a.k + j);
          const int64_t at_b =
              i * a.stride_b +
              (a.transpose_b ? column * a.k + j : j * a.n + column);
          sum += double{a.a[at_a]} * double{a.b[at_b]};
        }
        a.c[(int64_t{i} * a.m + row) * a.n + column] = static_cast<float>(sum);
      }
    }
  }
}

}  // namespace

const std::vector<Kernel>& Kernels() {
  static const std::vector<Kernel>* const kernels = new std::vector<Kernel>{
#define KERNEL(Name) MakeKernel<&Name>(#Name),
#define LIBRARY(Name) MakeKernel<&Name>(#Name, /*is_library=*/true),
#include "autodiff/cuda/kernel_list.inc"
#undef LIBRARY
#undef KERNEL
  };
  return *kernels;
}

}  // namespace autodiff::cuda::emulator
