// Dense matrix products on row-major buffers, without allocation.
#ifndef AUTODIFF_OPS_GEMM_H_
#define AUTODIFF_OPS_GEMM_H_

#include <cstddef>
#include <cstdint>

#include "autodiff/instruction_set.h"

namespace autodiff {

// C[m, n] = op(A)[m, k] op(B)[k, n], where op transposes if its flag is set;
// A is stored as [m, k] or, transposed, as [k, m], and B alike.
struct GemmShape {
  int64_t m, n, k;
  bool transpose_a, transpose_b;
};

// How a product is computed: the sizes of Eigen's blocks, if it is Eigen's, in
// elements along each axis of the problem, and the parts into which C is cut
// for threads. No bit of C depends on the parts.
struct GemmPlan {
  GemmShape shape;
  int64_t block_m, block_n, block_k;
  int parts;
  size_t workspace_bytes;  // of each part
};

// What gemm.inc defines, compiled for one instruction set, and gemm_small.cc.
template <typename T>
struct GemmFunctions {
  GemmPlan (*plan)(const GemmShape& shape, int threads);
  // Computes one part of C.
  void (*multiply)(const GemmPlan& plan, int part, const T* a, const T* b, T* c,
                   void* workspace);
};

// x86-64-v3 (AVX2 and FMA) and x86-64-v4 (AVX-512).
extern const GemmFunctions<float> kGemmFloatV3, kGemmFloatV4;
extern const GemmFunctions<double> kGemmDoubleV3, kGemmDoubleV4;

// For small products, on any CPU: whether they take one, and what they are.
template <typename T>
bool IsSmall(const GemmShape& s);
extern const GemmFunctions<float> kSmallGemmFloat;
extern const GemmFunctions<double> kSmallGemmDouble;

// Those for a product: if it is not small, of this instruction set.
template <typename T>
const GemmFunctions<T>& Gemm(const GemmShape& s, InstructionSet set) {
  const bool wide = set == InstructionSet::kAvx512;
  const bool small = IsSmall<T>(s);
  if constexpr (sizeof(T) == sizeof(float)) {
    return small ? kSmallGemmFloat : wide ? kGemmFloatV4 : kGemmFloatV3;
  } else {
    return small ? kSmallGemmDouble : wide ? kGemmDoubleV4 : kGemmDoubleV3;
  }
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_GEMM_H_
