// Chains of element-wise ops (fusion.h) and of ops along rows, each in one
// launch: one instruction after the other, and what lies between two of them in
// shared memory, where an element is only ever touched by one thread.
#ifndef AUTODIFF_CUDA_KERNELS_CHAIN_CUH_
#define AUTODIFF_CUDA_KERNELS_CHAIN_CUH_

#include <utility>

#include "autodiff/cuda/arguments.h"
#include "autodiff/cuda/kernel.h"
#include "autodiff/cuda/number.h"

namespace autodiff::cuda {

// The elements that a thread works on: element, element + step, … before `end`.
// The chain's own places have them at `own`, own + step, …, one place
// `place_stride` after the other. Of a row, the first element stands for it.
struct ChainElements {
  int element = 0, end = 0, step = 1;
  int own = 0, place_stride = 0;
  int row = 0, first_of_row = -1;

  __device__ void Advance(int count) {
    element += count * step;
    own += count * step;
  }
};

class ChainThread {
 public:
  static constexpr int kElements = ChainArguments::kElements;

  __device__ ChainThread(const ChainArguments& a, const Shared<float>& own)
      : a_(a), own_(own) {}

  // An element-wise instruction on the first kElements of some elements: all
  // memory is read first, so that no element waits for another one.
  __device__ void Run(const ChainInstruction& step, const ChainElements& at) {
#pragma unroll
    for (int k = 0; k < kMaxFormulaArguments; ++k) {
      if (k >= step.arguments) break;
#pragma unroll
      for (int e = 0; e < kElements; ++e) {
        if (at.element + e * at.step < at.end) {
          x_[k][e] = Read(step.from[k], at, e);
        }
      }
    }
    switch (step.formula) {
#define OP(Name, arguments)
#define ELEMENTWISE(Name, arguments) \
  case FormulaId::k##Name:           \
    Apply<Name##Formula>();          \
    break;
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP
    }
#pragma unroll
    for (int e = 0; e < kElements; ++e) {
      if (at.element + e * at.step < at.end) Write(step, at, e, y_[e]);
    }
  }

  // Of element e of those.
  __device__ float Read(int place, const ChainElements& at, int e) const {
    if (place >= a_.inputs) {
      return own_[at.own + e * at.step + (place - a_.inputs) * at.place_stride];
    }
    const ChainArguments::Input& input = a_.input[place];
    return input.x[input.at.Offset(at.element + e * at.step)];
  }
  __device__ void Write(const ChainInstruction& step, const ChainElements& at,
                        int e, float y) const {
    if (step.to != ChainInstruction::kNowhere) {
      own_[at.own + e * at.step + (step.to - a_.inputs) * at.place_stride] = y;
    }
    if (step.output == ChainInstruction::kNowhere) return;
    const Global<float>& output = a_.output[step.output];
    const int i = at.element + e * at.step;
    if (output.size == a_.elements) {
      output[i] = y;
    } else if (i == at.first_of_row) {
      output[at.row] = y;
    }
  }

 private:
  template <typename Formula>
  __device__ void Apply() {
    ApplyTo<Formula>(std::make_integer_sequence<int, Formula::kArguments>());
  }
  template <typename Formula, int... k>
  __device__ void ApplyTo(std::integer_sequence<int, k...>) {
#pragma unroll
    for (int e = 0; e < kElements; ++e) {
      const Number y = Formula::Apply(Number::Of(x_[k][e])...);
      y_[e] = y.value;
    }
  }

  const ChainArguments& a_;
  const Shared<float>& own_;
  float x_[kMaxFormulaArguments][kElements] = {}, y_[kElements] = {};
};

// A thread takes kElements elements, blockDim apart, so that neighbours touch
// neighbouring memory.
inline __device__ void Chain(const ChainArguments& a, int block) {
  DYNAMIC_SHARED(float, own);
  constexpr int kElements = ChainArguments::kElements;
  const int threads = static_cast<int>(blockDim.x);
  const int thread = static_cast<int>(threadIdx.x);
  const int first = block * threads * kElements;
  ChainElements at;
  at.element = first + thread;
  at.end = a.elements;
  at.step = threads;
  at.own = thread;
  at.place_stride = threads * kElements;
  ChainThread chain(a, own);
  for (int i = 0; i < a.instructions; ++i) chain.Run(a.instruction[i], at);
}

// A thread among those of one row, none of whose elements are there if there is
// no such row. The equations stand with the ops.
class RowThread {
 public:
  __device__ RowThread(const RowChainArguments& a, int block,
                       const Shared<float>& own)
      : a_(a), chain_(a, own) {
    const int lane = Thread(block) % a.lanes;
    const int row_of_block = static_cast<int>(threadIdx.x) / a.lanes;
    at_.row = Thread(block) / a.lanes;
    at_.first_of_row = at_.row * a.size;
    at_.element = at_.first_of_row + lane;
    at_.end = at_.row < a.rows ? at_.first_of_row + a.size : at_.element;
    at_.step = a.lanes;
    at_.own = row_of_block * a.own * a.size + lane;
    at_.place_stride = a.size;
    count_ = (at_.end - at_.element + a.lanes - 1) / a.lanes;
  }

  __device__ void Run(const ChainInstruction& step) {
    switch (step.row_formula) {
      case RowFormula::kNone:
        return Elementwise(step);
      case RowFormula::kSum:
        return Fill(step, Sum([&](int i) { return X(step, 0, i); }));
      case RowFormula::kMax:
        return Fill(step, Largest(step, 0));
      case RowFormula::kSoftmax:
        return Softmax(step);
      case RowFormula::kLogSoftmax:
        return LogSoftmax(step);
      case RowFormula::kSoftmaxGradient:
        return SoftmaxGradient(step);
      case RowFormula::kCrossEntropy:
        return CrossEntropy(step);
      case RowFormula::kLayerNorm:
        return LayerNorm(step);
      case RowFormula::kLayerNormGradient:
        return LayerNormGradient(step);
    }
  }

 private:
  // The thread's i-th element of an instruction's k-th argument.
  __device__ float X(const ChainInstruction& step, int k, int i) const {
    return chain_.Read(step.from[k], at_, i);
  }

  // f(i) of the thread's elements becomes the result.
  template <typename F>
  __device__ void Map(const ChainInstruction& step, const F& f) const {
    for (int i = 0; i < count_; ++i) chain_.Write(step, at_, i, f(i));
  }

  // One number for the row, which stands in each of its elements.
  __device__ void Fill(const ChainInstruction& step, float y) const {
    Map(step, [y](int) { return y; });
    const bool is_empty = a_.size == 0 && at_.element == at_.first_of_row;
    if (is_empty && at_.row < a_.rows) a_.output[step.output][at_.row] = y;
  }

  // Σ f(i) over the row's elements. All its threads get the same, by the same
  // tree.
  template <typename F>
  __device__ float Sum(const F& f) const {
    float sum = 0;
    for (int i = 0; i < count_; ++i) sum += f(i);
    for (int d = a_.lanes / 2; d > 0; d /= 2) {
      sum += __shfl_xor_sync(kAllLanes, sum, d);
    }
    return sum;
  }

  // Of the k-th argument: NaN if one of the elements is. 0 and −0 are equal,
  // and so are NaNs: all threads get the first one's.
  __device__ float Largest(const ChainInstruction& step, int k) const {
    const auto larger = [](float a, float b) {
      return a > b || a != a ? a : b;
    };
    float max = -INFINITY;
    for (int i = 0; i < count_; ++i) max = larger(max, X(step, k, i));
    for (int d = a_.lanes / 2; d > 0; d /= 2) {
      max = larger(max, __shfl_xor_sync(kAllLanes, max, d));
    }
    return __shfl_sync(kAllLanes, max, 0, a_.lanes);
  }

  __device__ void Elementwise(const ChainInstruction& step) {
    for (ChainElements at = at_; at.element < at.end;
         at.Advance(ChainThread::kElements)) {
      chain_.Run(step, at);
    }
  }

  __device__ void Softmax(const ChainInstruction& step) const {
    const float max = Largest(step, 0);
    const float scale =
        1 / Sum([&](int i) { return expf(X(step, 0, i) - max); });
    Map(step, [&](int i) { return expf(X(step, 0, i) - max) * scale; });
  }

  __device__ void LogSoftmax(const ChainInstruction& step) const {
    const float max = Largest(step, 0);
    const float log_sum =
        logf(Sum([&](int i) { return expf(X(step, 0, i) - max); }));
    Map(step, [&](int i) { return (X(step, 0, i) - max) - log_sum; });
  }

  // Of y and dy.
  __device__ void SoftmaxGradient(const ChainInstruction& step) const {
    const float mean =
        Sum([&](int i) { return X(step, 0, i) * X(step, 1, i); });
    Map(step, [&](int i) { return X(step, 0, i) * (X(step, 1, i) - mean); });
  }

  // Of probabilities and logits.
  __device__ void CrossEntropy(const ChainInstruction& step) const {
    const float max = Largest(step, 1);
    const float log_sum =
        logf(Sum([&](int i) { return expf(X(step, 1, i) - max); }));
    const float total = Sum([&](int i) { return X(step, 0, i); });
    const float product =
        Sum([&](int i) { return X(step, 0, i) * (X(step, 1, i) - max); });
    // No elements: 0, not log 0 times 0.
    Fill(step, a_.size == 0 ? 0 : log_sum * total - product);
  }

  // Mean of the first argument, and s = 1 / √(variance + ε).
  struct Moments {
    __device__ float Normalise(float x) const { return (x - mean) * scale; }
    float mean, scale;
  };
  __device__ Moments MomentsOf(const ChainInstruction& step) const {
    const float size = static_cast<float>(a_.size);
    const float mean = Sum([&](int i) { return X(step, 0, i); }) / size;
    const float squares = Sum([&](int i) {
      const float centered = X(step, 0, i) - mean;
      return centered * centered;
    });
    return {mean, 1 / sqrtf(squares / size + step.epsilon)};
  }

  __device__ void LayerNorm(const ChainInstruction& step) const {
    const Moments moments = MomentsOf(step);
    Map(step, [&](int i) { return moments.Normalise(X(step, 0, i)); });
  }

  // Of x and dy.
  __device__ void LayerNormGradient(const ChainInstruction& step) const {
    const float size = static_cast<float>(a_.size);
    const Moments moments = MomentsOf(step);
    const float mean_dy = Sum([&](int i) { return X(step, 1, i); }) / size;
    const float mean_product =
        Sum([&](int i) {
          return moments.Normalise(X(step, 0, i)) * X(step, 1, i);
        }) /
        size;
    Map(step, [&](int i) {
      const float y = moments.Normalise(X(step, 0, i));
      return moments.scale * (X(step, 1, i) - mean_dy - y * mean_product);
    });
  }

  const RowChainArguments& a_;
  ChainThread chain_;
  ChainElements at_;
  int count_;
};

inline __device__ void RowChain(const RowChainArguments& a, int block) {
  DYNAMIC_SHARED(float, own);
  RowThread row(a, block, own);
  for (int i = 0; i < a.instructions; ++i) row.Run(a.instruction[i]);
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_KERNELS_CHAIN_CUH_
