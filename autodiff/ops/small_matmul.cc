#include "autodiff/ops/small_matmul.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "autodiff/ops/lanes.h"

namespace autodiff {
namespace {

template <typename T>
using Packet = typename Lanes<T>::Packet;
template <typename T>
constexpr int kLanes = Lanes<T>::kCount;

// A matrix of which element (i, l) is data[i · row + l · column].
template <typename T>
struct Factor {
  const T* data;
  int64_t row, column;
};

// kRows rows and kRegisters registers of C = A B, in which B's and C's rows are
// n elements apart. The last register begins at element `last`.
template <typename T, int kRows, int kRegisters>
void Tile(int64_t n, int64_t k, Factor<T> a, const T* b, T* c, int64_t last) {
  const auto at = [last](int r) {
    return r + 1 < kRegisters ? r * kLanes<T> : last;
  };
  Packet<T> sum[kRows][kRegisters];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
    for (int r = 0; r < kRegisters; ++r) sum[i][r] = ei::pset1<Packet<T>>(T{0});
  }
  for (int64_t l = 0; l < k; ++l) {
    Packet<T> row[kRegisters];
#pragma GCC unroll 8
    for (int r = 0; r < kRegisters; ++r) {
      row[r] = ei::ploadu<Packet<T>>(b + at(r));
    }
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const Packet<T> x = ei::pset1<Packet<T>>(a.data[i * a.row]);
#pragma GCC unroll 8
      for (int r = 0; r < kRegisters; ++r) {
        sum[i][r] = ei::pmadd(x, row[r], sum[i][r]);
      }
    }
    a.data += a.column;
    b += n;
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
    for (int r = 0; r < kRegisters; ++r) {
      ei::pstoreu(c + i * n + at(r), sum[i][r]);
    }
  }
}

// kRows rows of C. The last tile may overlap the one before, or itself.
template <typename T, int kRows, int kRegisters>
void Panel(int64_t n, int64_t k, Factor<T> a, const T* b, T* c) {
  constexpr int kHalf = kRegisters / 2;
  constexpr int64_t kColumns = kRegisters * kLanes<T>;
  constexpr int64_t kHalfColumns = kHalf * kLanes<T>;
  if constexpr (kHalf > 0) {
    if (n <= kColumns - kLanes<T>) return Panel<T, kRows, kHalf>(n, k, a, b, c);
  }
  const int64_t last_tile = std::max<int64_t>(0, n - kColumns);
  const int64_t last = std::min(n, kColumns) - kLanes<T>;
  int64_t j = 0;
  for (; j + kHalfColumns < n; j += kColumns) {
    const int64_t at = std::min(j, last_tile);
    Tile<T, kRows, kRegisters>(n, k, a, b + at, c + at, last);
  }
  if constexpr (kHalf > 0) {
    const int64_t at = n - kHalfColumns;
    if (j >= n) return;
    Tile<T, kRows, kHalf>(n, k, a, b + at, c + at, kHalfColumns - kLanes<T>);
  }
}

// All of C. The last panel, too, may overlap.
template <typename T, int kRows, int kRegisters>
void Panels(const GemmShape& s, Factor<T> a, const T* b, T* c) {
  for (int64_t i = 0; i < s.m; i += kRows) {
    const int64_t at = std::min(i, s.m - kRows);
    Panel<T, kRows, kRegisters>(s.n, s.k,
                                {a.data + at * a.row, a.row, a.column}, b,
                                c + at * s.n);
  }
}

// y[j · stride] = Σ_l x[l] m[j, l] for the n rows of m, as many at a time as a
// register has lanes.
template <typename T>
void Dots(int64_t n, int64_t k, const T* x, const T* m, T* y, int64_t stride) {
  for (int64_t j = 0; j < n; j += kLanes<T>) {
    const T* rows[kLanes<T>];
    typename Lanes<T>::Square square;
    auto& sums = square.rows.packet;
#pragma GCC unroll 8
    for (int r = 0; r < kLanes<T>; ++r) {
      rows[r] = m + std::min(j + r, n - 1) * k;
      sums[r] = ei::pset1<Packet<T>>(T{0});
    }
    int64_t l = 0;
    for (; l + kLanes<T> <= k; l += kLanes<T>) {
      const Packet<T> factor = ei::ploadu<Packet<T>>(x + l);
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        sums[r] = ei::pmadd(ei::ploadu<Packet<T>>(rows[r] + l), factor,
                                   sums[r]);
      }
    }
    if (l < k) {
      const Packet<T> factor = Lanes<T>::LoadFirst(x + l, k - l).packet;
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        sums[r] =
            ei::pmadd(Lanes<T>::LoadFirst(rows[r] + l, k - l).packet, factor,
                      sums[r]);
      }
    }
    square.Transpose();
#pragma GCC unroll 3
    for (int half = kLanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
      for (int r = 0; r < half; ++r) {
        sums[r] = ei::padd(sums[r], sums[r + half]);
      }
    }
    if (stride == 1 && j + kLanes<T> <= n) {
      ei::pstoreu(y + j, sums[0]);
      continue;
    }
    T sum[kLanes<T>];
    ei::pstoreu(sum, sums[0]);
    for (int64_t r = 0; r < std::min<int64_t>(kLanes<T>, n - j); ++r) {
      y[(j + r) * stride] = sum[r];
    }
  }
}

// to[j, i] = from[i, j]
template <typename T>
void TransposeTo(int64_t rows, int64_t columns, const T* from, T* to) {
  if (rows < kLanes<T> || columns < kLanes<T>) {
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j) {
        to[j * rows + i] = from[i * columns + j];
      }
    }
    return;
  }
  // The last blocks overlap those before.
  for (int64_t i = 0; i < rows; i += kLanes<T>) {
    const int64_t row = std::min(i, rows - kLanes<T>);
    for (int64_t j = 0; j < columns; j += kLanes<T>) {
      const int64_t column = std::min(j, columns - kLanes<T>);
      typename Lanes<T>::Square square;
      auto& block = square.rows.packet;
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        block[r] =
            ei::ploadu<Packet<T>>(from + (row + r) * columns + column);
      }
      square.Transpose();
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        ei::pstoreu(to + (column + r) * rows + row, block[r]);
      }
    }
  }
}

// A product with one column, C = A b, as one with one row, Cᵀ = bᵀ Aᵀ.
GemmShape WithOneRow(const GemmShape& s) {
  return {1, s.m, s.k, !s.transpose_b, !s.transpose_a};
}

// Whether C's elements are computed as products of a row of A and one of B.
template <typename T>
bool ByDots(const GemmShape& s) {
  return s.transpose_b && (s.m == 1 || (!s.transpose_a && s.n < kLanes<T>));
}

bool MustTranspose(const GemmShape& s) {
  return s.transpose_b && s.k > 1;  // else it is a vector either way
}

}  // namespace

template <typename T>
bool IsSmall(const GemmShape& s) {
  if (s.n == 1 && s.m != 1) return IsSmall<T>(WithOneRow(s));
  // B is read again and again: it stays in the L1 cache.
  constexpr int64_t kMostOfB = 1 << 12, kMost = 1 << 18;
  return s.k * s.n <= kMostOfB && s.m * s.n * s.k <= kMost &&
         (ByDots<T>(s) || s.n >= kLanes<T>);
}

template <typename T>
size_t SmallWorkspaceBytes(const GemmShape& s) {
  return MustTranspose(s) ? s.n * s.k * sizeof(T) : 0;
}

template <typename T>
void MultiplySmall(const GemmShape& s, const T* a, const T* b, T* c,
                   void* workspace) {
  if (s.n == 1 && s.m != 1) {
    return MultiplySmall(WithOneRow(s), b, a, c, workspace);
  }
  if (ByDots<T>(s)) {
    if (s.m == 1) return Dots(s.n, s.k, a, b, c, 1);
    for (int64_t j = 0; j < s.n; ++j) {
      Dots(s.m, s.k, b + j * s.k, a, c + j, s.n);
    }
    return;
  }
  if (MustTranspose(s)) {
    TransposeTo(s.n, s.k, b, static_cast<T*>(workspace));
    b = static_cast<T*>(workspace);
  }
  // Tiles of up to as many sums as there are registers for.
  const Factor<T> factor = {a, s.transpose_a ? 1 : s.k,
                            s.transpose_a ? s.m : 1};
  if (s.m >= 6) return Panels<T, 6, 2>(s, factor, b, c);
  if (s.m >= 2) return Panels<T, 2, 4>(s, factor, b, c);
  return Panels<T, 1, 8>(s, factor, b, c);
}

template bool IsSmall<float>(const GemmShape&);
template bool IsSmall<double>(const GemmShape&);
template size_t SmallWorkspaceBytes<float>(const GemmShape&);
template size_t SmallWorkspaceBytes<double>(const GemmShape&);
template void MultiplySmall(const GemmShape&, const float*, const float*,
                            float*, void*);
template void MultiplySmall(const GemmShape&, const double*, const double*,
                            double*, void*);

}  // namespace autodiff
