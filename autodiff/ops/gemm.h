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

// Sizes that Eigen blocks for, whatever the machine's caches are: the blocking
// is the order of additions, and so the last bits.
inline void FixCacheSizes() {
  [[maybe_unused]] static const bool fixed = [] {
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    return true;
  }();
}

// How Eigen blocks a product, with the packed blocks in memory of ours, so that
// no call allocates.
template <typename T>
class GemmBlocking : public Eigen::internal::level3_blocking<T, T> {
 public:
  explicit GemmBlocking(const GemmShape& shape) {
    FixCacheSizes();
    // Eigen computes the column-major Cᵀ (n × m) = op(B)ᵀ op(A)ᵀ.
    this->m_kc = shape.k;
    this->m_mc = shape.n;
    this->m_nc = shape.m;
    Eigen::internal::computeProductBlockingSizes<T, T, 1>(
        this->m_kc, this->m_mc, this->m_nc);
  }

  size_t workspace_bytes() const { return sizeof(T) * (SizeA() + SizeB()); }

  GemmBlocking In(void* workspace) const {
    GemmBlocking placed = *this;
    placed.m_blockA = static_cast<T*>(workspace);
    placed.m_blockB = placed.m_blockA + SizeA();
    return placed;
  }

 private:
  // Elements of a block, rounded up so that the next one stays aligned.
  static int64_t Padded(int64_t elements) { return (elements + 15) / 16 * 16; }
  int64_t SizeA() const { return Padded(this->m_kc * this->m_mc); }
  int64_t SizeB() const { return Padded(this->m_kc * this->m_nc); }
};

template <typename T, bool kTransposeA, bool kTransposeB>
void GemmAs(const GemmShape& s, const T* a, const T* b, T* c,
            GemmBlocking<T> blocking) {
  using Eigen::ColMajor;
  using Eigen::RowMajor;
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

// `blocking` must be that of `s`, placed in a workspace of its size.
template <typename T>
void Gemm(const GemmShape& s, const T* a, const T* b, T* c,
          GemmBlocking<T> blocking) {
  if (s.m == 0 || s.n == 0) return;
  if (s.n == 1) return MatrixVector(s.m, s.k, s.transpose_a, a, b, c);
  if (s.m == 1) return MatrixVector(s.n, s.k, !s.transpose_b, b, a, c);
  if (s.transpose_a) {
    return s.transpose_b ? GemmAs<T, true, true>(s, a, b, c, blocking)
                         : GemmAs<T, true, false>(s, a, b, c, blocking);
  }
  return s.transpose_b ? GemmAs<T, false, true>(s, a, b, c, blocking)
                       : GemmAs<T, false, false>(s, a, b, c, blocking);
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_GEMM_H_
