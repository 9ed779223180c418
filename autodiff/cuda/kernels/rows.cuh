// Rows of which each belongs to some lanes of a warp.
#ifndef AUTODIFF_CUDA_KERNELS_ROWS_CUH_
#define AUTODIFF_CUDA_KERNELS_ROWS_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

// A thread's row and its elements: lane, lane + lanes, …, none if there is no
// such row.
struct Row {
  explicit __device__ Row(const RowArguments& a)
      : index(Thread() / a.lanes),
        lane(Thread() % a.lanes),
        lanes(a.lanes),
        begin(index * a.size + lane),
        end(index < a.count ? (index + 1) * a.size : begin) {}

  // The lanes' values together: each gets the same, by the same tree.
  __device__ float Sum(float value) const {
    for (int d = lanes / 2; d > 0; d /= 2) {
      value += __shfl_xor_sync(kAllLanes, value, d);
    }
    return value;
  }
  __device__ float Largest(float value) const {
    for (int d = lanes / 2; d > 0; d /= 2) {
      value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, d));
    }
    return value;
  }

  int index, lane, lanes;
  int begin, end;  // in the tensor, in steps of `lanes`
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_ROWS_CUH_
