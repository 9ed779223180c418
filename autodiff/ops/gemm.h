// Dense matrix product on row-major buffers, without allocation.
#ifndef AUTODIFF_OPS_GEMM_H_
#define AUTODIFF_OPS_GEMM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "Eigen/Core"

namespace autodiff {

// C[m, n] = op(A)[m, k] op(B)[k, n], where op transposes if its flag is set;
// A is stored as [m, k] or, transposed, as [k, m], and B alike.
struct GemmShape {
  int64_t m, n, k;
  bool transpose_a, transpose_b;
};

// Eigen's blocked product with its packing buffers in memory of ours, so that
// no call allocates and the blocking never depends on the machine's caches
// (the order of additions, and so the bits, would follow them).
template <typename T>
class GemmBlocking : public Eigen::internal::level3_blocking<T, T> {
 public:
  explicit GemmBlocking(const GemmShape& shape, void* workspace = nullptr) {
    // Eigen computes the column-major Cᵀ (n × m) = op(B)ᵀ op(A)ᵀ.
    Eigen::Index k = shape.k, rows = shape.n, columns = shape.m;
    [[maybe_unused]] static const bool fixed_caches = [] {
      Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
      return true;
    }();
    Eigen::internal::computeProductBlockingSizes<T, T, 1>(k, rows, columns);
    this->m_kc = k;
    this->m_mc = rows;
    this->m_nc = columns;
    this->m_blockA = static_cast<T*>(workspace);
    if (workspace != nullptr) this->m_blockB = this->m_blockA + Padded(k, rows);
  }

  size_t workspace_bytes() const {
    return sizeof(T) *
           (Padded(this->m_kc, this->m_mc) + Padded(this->m_kc, this->m_nc));
  }

 private:
  // Elements of a block, rounded up so that the next one stays aligned.
  static int64_t Padded(int64_t rows, int64_t columns) {
    return (rows * columns + 15) / 16 * 16;
  }
};

template <typename T, bool kTransposeA, bool kTransposeB>
void GemmAs(const GemmShape& s, const T* a, const T* b, T* c, void* workspace) {
  using Eigen::ColMajor;
  using Eigen::RowMajor;
  GemmBlocking<T> blocking(s, workspace);
  std::fill_n(c, s.m * s.n, T{0});  // run() adds to it
  Eigen::internal::general_matrix_matrix_product<
      Eigen::Index, T, kTransposeB ? RowMajor : ColMajor, false, T,
      kTransposeA ? RowMajor : ColMajor, false, ColMajor,
      1>::run(s.n, s.m, s.k, b, kTransposeB ? s.k : s.n, a,
              kTransposeA ? s.m : s.k, c, 1, s.n, T{1}, blocking, nullptr);
}

// y[rows] = op(M) x: the matrix is stored as [rows, columns] or transposed.
template <typename T>
void MatrixVector(int64_t rows, int64_t columns, bool transpose, const T* m,
                  const T* x, T* y) {
  using Matrix =
      Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  Eigen::Map<Vector> to(y, rows);
  const Eigen::Map<const Vector> from(x, columns);
  if (transpose) {
    to.noalias() =
        Eigen::Map<const Matrix>(m, columns, rows).transpose() * from;
  } else {
    to.noalias() = Eigen::Map<const Matrix>(m, rows, columns) * from;
  }
}

template <typename T>
void Gemm(const GemmShape& s, const T* a, const T* b, T* c, void* workspace) {
  if (s.m == 0 || s.n == 0) return;
  if (s.n == 1) return MatrixVector(s.m, s.k, s.transpose_a, a, b, c);
  if (s.m == 1) return MatrixVector(s.n, s.k, !s.transpose_b, b, a, c);
  if (s.transpose_a) {
    return s.transpose_b ? GemmAs<T, true, true>(s, a, b, c, workspace)
                         : GemmAs<T, true, false>(s, a, b, c, workspace);
  }
  return s.transpose_b ? GemmAs<T, false, true>(s, a, b, c, workspace)
                       : GemmAs<T, false, false>(s, a, b, c, workspace);
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_GEMM_H_
