// Softmax and its relatives: the equations stand in ops/softmax.cc.
#ifndef AUTODIFF_CUDA_KERNELS_SOFTMAX_CUH_
#define AUTODIFF_CUDA_KERNELS_SOFTMAX_CUH_

#include "autodiff/cuda/kernels/rows.cuh"

namespace autodiff::cuda {

// max x, and Σ exp(x − max x).
struct Exponentials {
  __device__ Exponentials(const Row& row, const Global<const float>& x) {
    for (int i = row.begin; i < row.end; i += row.lanes) max = fmaxf(max, x[i]);
    max = row.Largest(max);
    for (int i = row.begin; i < row.end; i += row.lanes) {
      sum += expf(x[i] - max);
    }
    sum = row.Sum(sum);
  }

  float max = -INFINITY, sum = 0;
};

__global__ void Softmax(const __grid_constant__ SoftmaxArguments a) {
  const Row row(a);
  const Exponentials e(row, a.x);
  const float scale = 1 / e.sum;
  for (int i = row.begin; i < row.end; i += row.lanes) {
    a.y[i] = expf(a.x[i] - e.max) * scale;
  }
}

__global__ void LogSoftmax(const __grid_constant__ LogSoftmaxArguments a) {
  const Row row(a);
  const Exponentials e(row, a.x);
  const float log_sum = logf(e.sum);
  for (int i = row.begin; i < row.end; i += row.lanes) {
    a.y[i] = (a.x[i] - e.max) - log_sum;
  }
}

__global__ void SoftmaxGradient(
    const __grid_constant__ SoftmaxGradientArguments a) {
  const Row row(a);
  float mean = 0;
  for (int i = row.begin; i < row.end; i += row.lanes) mean += a.y[i] * a.dy[i];
  mean = row.Sum(mean);
  for (int i = row.begin; i < row.end; i += row.lanes) {
    a.dx[i] = a.y[i] * (a.dy[i] - mean);
  }
}

__global__ void CrossEntropy(const __grid_constant__ CrossEntropyArguments a) {
  const Row row(a);
  const Exponentials e(row, a.x);
  float total = 0, product = 0;
  for (int i = row.begin; i < row.end; i += row.lanes) {
    total += a.p[i];
    product += a.p[i] * (a.x[i] - e.max);
  }
  total = row.Sum(total);
  product = row.Sum(product);
  if (row.lane == 0 && row.index < a.count) {
    // No elements: 0, not log 0 times 0.
    a.y[row.index] = a.size == 0 ? 0 : logf(e.sum) * total - product;
  }
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_SOFTMAX_CUH_
