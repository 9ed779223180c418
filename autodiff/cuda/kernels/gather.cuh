// Rows of tables, read and summed up at indices.
#ifndef AUTODIFF_CUDA_KERNELS_GATHER_CUH_
#define AUTODIFF_CUDA_KERNELS_GATHER_CUH_

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

// Whether `index` is one of `rows`. Of those that are not, the largest is kept
// for the host to report.
inline __device__ bool IsRow(int index, int rows, const Fault& fault) {
  if (index >= 0 && index < rows) return true;
  const uint64_t node = fault.node + 1;
  atomicMax(reinterpret_cast<unsigned long long*>(fault.word),
            node << 32 | static_cast<uint32_t>(index));
  return false;
}

// A thread for each element of y.
inline __device__ void Gather(const GatherArguments& a, int block) {
  const int i = Thread(block);
  if (i >= a.y.size) return;
  const int at = i / a.size, batch = at / a.count;
  const int row = a.index[at];
  if (!IsRow(row, a.rows, a.fault)) return;
  a.y[i] = a.x[(batch * a.rows + row) * a.size + i % a.size];
}

// A thread for each element of y goes through its table's indices.
inline __device__ void ScatterAdd(const ScatterAddArguments& a, int block) {
  const int i = Thread(block);
  if (i >= a.y.size) return;
  const int column = i % a.size, row = i / a.size % a.rows;
  const int batch = i / a.size / a.rows;
  float sum = 0;
  for (int at = batch * a.count; at < (batch + 1) * a.count; ++at) {
    const int index = a.index[at];
    if (index == row) sum += a.x[at * a.size + column];
    if (row == 0) IsRow(index, a.rows, a.fault);
  }
  a.y[i] = sum;
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_GATHER_CUH_
