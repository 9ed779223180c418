// Layer normalisation: the equations stand in ops/layer_norm.cc.
#ifndef AUTODIFF_CUDA_KERNELS_LAYER_NORM_CUH_
#define AUTODIFF_CUDA_KERNELS_LAYER_NORM_CUH_

#include "autodiff/cuda/kernels/rows.cuh"

namespace autodiff::cuda {

// Mean of a row, and s = 1 / √(variance + ε).
struct Moments {
  __device__ Moments(const Row& row, const Global<const float>& x, int size,
                     float epsilon) {
    for (int i = row.begin; i < row.end; i += row.lanes) mean += x[i];
    mean = row.Sum(mean) / size;
    float squares = 0;
    for (int i = row.begin; i < row.end; i += row.lanes) {
      const float centered = x[i] - mean;
      squares += centered * centered;
    }
    scale = 1 / sqrtf(row.Sum(squares) / size + epsilon);
  }

  __device__ float Normalise(float x) const { return (x - mean) * scale; }

  float mean = 0, scale = 0;
};

__global__ void LayerNorm(const __grid_constant__ LayerNormArguments a) {
  const Row row(a);
  const Moments moments(row, a.x, a.size, a.epsilon);
  for (int i = row.begin; i < row.end; i += row.lanes) {
    a.y[i] = moments.Normalise(a.x[i]);
  }
}

__global__ void LayerNormGradient(
    const __grid_constant__ LayerNormGradientArguments a) {
  const Row row(a);
  const Moments moments(row, a.x, a.size, a.epsilon);
  float mean_dy = 0, mean_product = 0;
  for (int i = row.begin; i < row.end; i += row.lanes) {
    mean_dy += a.dy[i];
    mean_product += moments.Normalise(a.x[i]) * a.dy[i];
  }
  mean_dy = row.Sum(mean_dy) / a.size;
  mean_product = row.Sum(mean_product) / a.size;
  for (int i = row.begin; i < row.end; i += row.lanes) {
    const float y = moments.Normalise(a.x[i]);
    a.dx[i] = moments.scale * (a.dy[i] - mean_dy - y * mean_product);
  }
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_LAYER_NORM_CUH_
