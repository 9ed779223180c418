// The language of kernels: CUDA's, for nvcc the real one and for the host's
// compiler the emulator's. A kernel is a function of one struct of arguments
// and of the number of a block,
//
//   inline __device__ void Increment(const IncrementArguments& a, int block) {
//     const int i = Thread(block);
//     if (i < a.y.size) a.y[i] = a.x[i] + 1;
//   }
//
// that reads and writes memory through Global (global.h), and
//
//   SHARED(float, sums, 32);           // sums[0] … sums[31], one per block
//   DYNAMIC_SHARED(float, tile);       // tile[0] …, as many as launched with
//
// so that the emulator sees every access. Elements are 4 bytes. All lanes of a
// warp take part in each shuffle.
#ifndef AUTODIFF_CUDA_KERNEL_H_
#define AUTODIFF_CUDA_KERNEL_H_

#include "autodiff/cuda/global.h"

#ifdef __CUDACC__

template <typename T>
using Shared = T*;
#define SHARED(T, name, count) __shared__ T name[count]
// One name may stand for one type only in CUDA: hence the bytes.
#define DYNAMIC_SHARED(T, name)                           \
  extern __shared__ __align__(16) unsigned char bytes_[]; \
  const Shared<T> name = reinterpret_cast<T*>(bytes_)

#else

// threadIdx, __syncthreads, __shfl_xor_sync, atomicMax, expf, …, Shared,
// SHARED, DYNAMIC_SHARED.
#include "autodiff/cuda/emulator/language.h"

#endif

namespace autodiff::cuda {

constexpr unsigned kAllLanes = 0xffffffff;

// The number of this thread among those of a problem.
inline __device__ int Thread(int block) {
  return block * static_cast<int>(blockDim.x) + static_cast<int>(threadIdx.x);
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNEL_H_
