// The arguments of every kernel: plain data that host code fills and kernels
// read. What is done with them stands at the kernels, in kernels/. Tensors are
// dense and row-major, and have less than 2³¹ elements.
#ifndef AUTODIFF_CUDA_ARGUMENTS_H_
#define AUTODIFF_CUDA_ARGUMENTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "autodiff/cuda/global.h"
#include "autodiff/cuda/launch.h"
#include "autodiff/ops/formulas.h"

namespace autodiff::cuda {

// Where the i-th element of a tensor lies in the memory of another one, of
// which it repeats or permutes axes.
struct Strides {
  static constexpr int kMaxAxes = 6;
  int begin = 0;  // where the first element lies
  int axes = 0;   // 0: of one element
  int size[kMaxAxes] = {};
  int stride[kMaxAxes] = {};

  constexpr int Offset(int i) const {
    int offset = begin;
    for (int axis = axes - 1; axis > 0; --axis) {
      offset += i % size[axis] * stride[axis];
      i /= size[axis];
    }
    return axes == 0 ? begin : offset + i * stride[0];
  }
};

// What a kernel gets for many problems: as many as arguments may be long.
template <typename Arguments>
struct Problems {
  static constexpr size_t kCapacity =
      std::min(kMaxProblems,
               (kMaxArgumentBytes - kProblemsHeaderBytes) / sizeof(Arguments));

  int count = 0;
  int first_block[kMaxProblems + 1] = {};
  Arguments arguments[kCapacity];
};

// ---- Element-wise and along rows: chain.cuh ---------------------------------

// y = formula(x, …) of tensors in places: first come the inputs, then what the
// chain keeps for itself.
struct ChainInstruction {
  static constexpr uint8_t kNowhere = 255;

  FormulaId formula = {};
  RowFormula row_formula = RowFormula::kNone;  // instead, if there is one
  uint8_t arguments = 0;
  uint8_t from[kMaxFormulaArguments] = {};
  uint8_t to = kNowhere;      // a place of the chain's own
  uint8_t output = kNowhere;  // one of the outputs
  float epsilon = 0;          // of layer normalisation
};

struct ChainArguments {
  static constexpr KernelId kKernel = KernelId::kChain;
  static constexpr int kMaxInputs = 20, kMaxOutputs = 20, kMaxInstructions = 20;
  // Elements that a thread takes through an instruction at a time.
  static constexpr int kElements = 4;

  struct Input {
    Global<const float> x;
    Strides at;
  };

  int elements = 0;
  int instructions = 0, inputs = 0;
  ChainInstruction instruction[kMaxInstructions];
  Input input[kMaxInputs];
  Global<float> output[kMaxOutputs];
};

// The same with `rows` rows of `size` elements, each of which belongs to
// `lanes` neighbouring threads of a warp, a power of two. An output that is not
// of all elements has one a row.
struct RowChainArguments : ChainArguments {
  static constexpr KernelId kKernel = KernelId::kRowChain;
  int rows = 0, size = 0, lanes = 1;
  int own = 0;  // places of the chain's own
};

// ---- Copies: copies.cuh -----------------------------------------------------

// y[i] = x[at(i)], whatever the 4 bytes of an element mean.
struct CopyArguments {
  static constexpr KernelId kKernel = KernelId::kCopy;
  Global<const uint32_t> x;
  Global<uint32_t> y;
  Strides at;
};

// Blocks of y, of `block` elements each, of which this launch writes the
// elements [begin, end): pieces one after the other, zeros between them.
struct ConcatArguments {
  static constexpr KernelId kKernel = KernelId::kConcat;
  static constexpr int kMaxPieces = 64;
  struct Piece {
    Global<const float> x;  // `size` elements for each block
    int begin = 0, size = 0;
  };

  Global<float> y;
  int blocks = 0, block = 0, begin = 0, end = 0;
  int pieces = 0;
  Piece piece[kMaxPieces];
};

// ---- Reductions: reductions.cuh ---------------------------------------------

// y[s, o] = fold of x[kept(o) + reduced(r)] over the s-th of `splits` parts of
// the terms r. `lanes` threads, a power of two, share an output: neighbours if
// `across` is set, which is for neighbouring terms.
struct ReduceArguments {
  Global<const float> x;
  Global<float> y;
  Strides kept, reduced;
  int outputs = 0, terms = 0, splits = 1, lanes = 1;
  int blocks = 0;  // of each split
  bool across = false;
};
struct SumArguments : ReduceArguments {
  static constexpr KernelId kKernel = KernelId::kSum;
};
struct MaxArguments : ReduceArguments {
  static constexpr KernelId kKernel = KernelId::kMax;
};

// ---- Matrix products --------------------------------------------------------

// C_i = op(A_i) op(B_i), [m, k] times [k, n], for `count` products whose
// matrices lie one stride after the other: with stride 0 it is the same one. No
// kernel: the device's library multiplies.
struct GemmArguments {
  static constexpr KernelId kKernel = KernelId::kGemm;
  Global<const float> a, b;
  Global<float> c;
  int m = 0, n = 0, k = 0;
  bool transpose_a = false, transpose_b = false;
  int count = 1;
  int64_t stride_a = 0, stride_b = 0;
};

// ---- Largest elements: top_k.cuh --------------------------------------------

// The k largest of the `size` elements of each row.
struct TopKArguments {
  static constexpr KernelId kKernel = KernelId::kTopK;
  Global<const float> x;
  Global<int32_t> y;
  int count = 0, size = 0, k = 0;
};

// ---- Indexing: gather.cuh ---------------------------------------------------

// Where a kernel leaves an index that is out of range: the largest of
// (node + 1) 2³² + index, 0 if there is none.
struct Fault {
  uint64_t* word = nullptr;
  int node = 0;
};

// `batches` tables of `rows` rows of `size` elements, and `count` indices into
// each: gathered, y[b, i, j] = x[b, index[b, i], j], or summed up in the order
// of i, y[b, r, j] = Σ_{i: index[b, i] = r} x[b, i, j].
struct IndexingArguments {
  Global<const float> x;
  Global<const int32_t> index;
  Global<float> y;
  int batches = 0, rows = 0, size = 0, count = 0;
  Fault fault;
};
struct GatherArguments : IndexingArguments {
  static constexpr KernelId kKernel = KernelId::kGather;
};
struct ScatterAddArguments : IndexingArguments {
  static constexpr KernelId kKernel = KernelId::kScatterAdd;
};

// ---- Randomness and counters: random.cuh, counters.cuh ----------------------

struct UniformArguments {
  static constexpr KernelId kKernel = KernelId::kUniform;
  Global<const int32_t> state;  // seed, run: two words each
  Global<float> y;
  uint32_t stream = 0;
};
struct AdvanceRandomArguments {
  static constexpr KernelId kKernel = KernelId::kAdvanceRandom;
  Global<const uint32_t> x;
  Global<uint32_t> y;
};
// y[r, i] = a draw from row r of `size` probabilities, by uniform[r, i].
struct CategoricalArguments {
  static constexpr KernelId kKernel = KernelId::kCategorical;
  Global<const float> p, uniform;
  Global<int32_t> y;
  int size = 0, draws = 0;  // of a row
};
struct IncrementArguments {
  static constexpr KernelId kKernel = KernelId::kIncrement;
  Global<const uint32_t> x;
  Global<uint32_t> y;
};
struct BiasCorrectionArguments {
  static constexpr KernelId kKernel = KernelId::kBiasCorrection;
  Global<const int32_t> count;
  Global<float> y;
  double log_decay = 0;
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_ARGUMENTS_H_
