// Products of small matrices from where they lie: Eigen's blocks are made for
// large ones, and rearranging the factors would take longer than multiplying.
#ifndef AUTODIFF_OPS_SMALL_MATMUL_H_
#define AUTODIFF_OPS_SMALL_MATMUL_H_

#include <cstddef>

#include "autodiff/ops/gemm.h"

namespace autodiff {

// Whether MultiplySmall takes a product, and is the faster one.
template <typename T>
bool IsSmall(const GemmShape& s);

template <typename T>
size_t SmallWorkspaceBytes(const GemmShape& s);

template <typename T>
void MultiplySmall(const GemmShape& s, const T* a, const T* b, T* c,
                   void* workspace);

}  // namespace autodiff

#endif  // AUTODIFF_OPS_SMALL_MATMUL_H_
