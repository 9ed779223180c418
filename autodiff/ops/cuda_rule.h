// What the CUDA column of rules is written with. Sizes become int: a program
// for a device refuses tensors of 2³⁰ elements or more.
#ifndef AUTODIFF_OPS_CUDA_RULE_H_
#define AUTODIFF_OPS_CUDA_RULE_H_

#include <cstdint>
#include <vector>

#include "autodiff/cuda/arguments.h"
#include "autodiff/ops/rule.h"

namespace autodiff {

// The i-th input and the output of a call in the device's memory.
template <typename T>
cuda::Global<const T> CudaInput(const Call& call, const Buffers& b, int i) {
  return {b.In<T>(i), call.in(i).elements()};
}
template <typename T>
cuda::Global<T> CudaOutput(const Call& call, const Buffers& b) {
  return {b.Out<T>(), call.out().elements()};
}

inline cuda::Fault FaultOf(const Call& call, const Buffers& b) {
  return {b.fault, call.id};
}

// Blocks of `block` threads, at least `threads` of them in all.
inline cuda::Extent BlocksFor(int64_t threads, int block) {
  return {static_cast<uint32_t>((threads + block - 1) / block)};
}

// One launch of `threads` threads in a row; none if there are none. The
// arguments are arguments(buffers).
template <typename Function>
CudaKernel CudaThreads(const Call& call, int64_t threads,
                       const Function& arguments) {
  const auto launches = [=, block = call.block_threads](const Buffers& b) {
    std::vector<cuda::Launch> list;
    if (threads > 0) {
      list.push_back(cuda::MakeLaunch(arguments(b), BlocksFor(threads, block),
                                      {static_cast<uint32_t>(block)}));
    }
    return list;
  };
  return {.launches = launches};
}

// y = the elements of x that lie `at`.
CudaKernel CudaCopy(const Call& call, const cuda::Strides& at);

// Of a rule whose results are elements of the input, which lie `CudaRead`.
template <typename Rule>
struct CudaCopyRule {
  static CudaKernel Cuda(const Call& call) {
    return CudaCopy(call, Rule::CudaRead(call));
  }
};

// The elements of a shape, which lie `strides` apart along its axes. Axes along
// which they go on evenly become one.
cuda::Strides CudaStrides(const std::vector<int64_t>& sizes,
                          const std::vector<int64_t>& strides);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_CUDA_RULE_H_
