// Chains of element-wise ops (fusion.h), each in one launch.
#ifndef AUTODIFF_CUDA_KERNELS_CHAIN_CUH_
#define AUTODIFF_CUDA_KERNELS_CHAIN_CUH_

#include <utility>

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"
#include "autodiff/cuda/number.h"

namespace autodiff::cuda {

// A thread takes kElements elements, blockDim apart so that neighbours touch
// neighbouring memory, through one instruction after the other. What lies
// between two of them is in shared memory, at [place][element][thread], where
// no other thread looks.
class ChainThread {
 public:
  static constexpr int kElements = ChainArguments::kElements;

  __device__ ChainThread(const ChainArguments& a, const Shared<float>& own)
      : a_(a),
        own_(own),
        first_(static_cast<int>(blockIdx.x * blockDim.x) * kElements +
               static_cast<int>(threadIdx.x)) {}

  __device__ void Read(const ChainInstruction& step) {
#pragma unroll
    for (int k = 0; k < kMaxFormulaArguments; ++k) {
      if (k >= step.arguments) break;
#pragma unroll
      for (int e = 0; e < kElements; ++e) {
        if (Element(e) < a_.elements) x_[k][e] = At(step.from[k], e);
      }
    }
  }

  template <typename Formula>
  __device__ void Apply() {
    ApplyTo<Formula>(std::make_integer_sequence<int, Formula::kArguments>());
  }

  __device__ void Write(const ChainInstruction& step) const {
#pragma unroll
    for (int e = 0; e < kElements; ++e) {
      if (Element(e) >= a_.elements) break;
      if (step.to != ChainInstruction::kNowhere) own_[Own(step.to, e)] = y_[e];
      if (step.output != ChainInstruction::kNowhere) {
        a_.output[step.output][Element(e)] = y_[e];
      }
    }
  }

 private:
  template <typename Formula, int... k>
  __device__ void ApplyTo(std::integer_sequence<int, k...>) {
#pragma unroll
    for (int e = 0; e < kElements; ++e) {
      const Number y = Formula::Apply(Number::Of(x_[k][e])...);
      y_[e] = y.value;
    }
  }

  __device__ int Element(int e) const {
    return first_ + e * static_cast<int>(blockDim.x);
  }
  __device__ float At(int place, int e) const {
    if (place >= a_.inputs) return own_[Own(place, e)];
    const ChainArguments::Input& input = a_.input[place];
    return input.x[input.at.Offset(Element(e))];
  }
  __device__ int Own(int place, int e) const {
    return ((place - a_.inputs) * kElements + e) *
               static_cast<int>(blockDim.x) +
           static_cast<int>(threadIdx.x);
  }

  const ChainArguments& a_;
  const Shared<float>& own_;
  const int first_;
  float x_[kMaxFormulaArguments][kElements] = {}, y_[kElements] = {};
};

__global__ void Chain(const __grid_constant__ ChainArguments a) {
  DYNAMIC_SHARED(float, own);
  ChainThread thread(a, own);
  for (int i = 0; i < a.instructions; ++i) {
    thread.Read(a.instruction[i]);
    switch (a.instruction[i].formula) {
#define OP(Name, arguments)
#define ELEMENTWISE(Name, arguments) \
  case FormulaId::k##Name:           \
    thread.Apply<Name##Formula>();   \
    break;
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP
    }
    thread.Write(a.instruction[i]);
  }
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_CHAIN_CUH_
