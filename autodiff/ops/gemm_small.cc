// Small products from where the factors lie: Eigen's blocks are made for large
// ones, and packing would take longer than multiplying.

#include <algorithm>

#include "autodiff/ops/gemm.h"
#include "autodiff/ops/lanes.h"

namespace autodiff {
namespace {

template <typename T>
constexpr int64_t kLanes = Lanes<T>::kCount;

// A tile of C, whose sums fill the registers: kRows times two registers of
// columns, of which the second begins `second` columns after the first. Element
// (i, l) of A is a[i · row + l · column]; rows of B and C are n elements apart.
// If there are fewer rows, the last one is repeated.
constexpr int64_t kRows = 6;
template <typename T>
void Tile(int64_t rows, int64_t n, int64_t k, const T* a, int64_t row,
          int64_t column, const T* b, T* c, int64_t second) {
  const T* from[kRows];
  Lanes<T> left[kRows] = {0, 0, 0, 0, 0, 0}, right[kRows] = {0, 0, 0, 0, 0, 0};
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
    from[i] = a + std::min<int64_t>(i, rows - 1) * row;
  }
  for (int64_t l = 0; l < k; ++l) {
    const auto x = Lanes<T>::Load(b + l * n);
    const auto y = Lanes<T>::Load(b + l * n + second);
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const Lanes<T> factor(from[i][l * column]);
      left[i] = MultiplyAdd(factor, x, left[i]);
      right[i] = MultiplyAdd(factor, y, right[i]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
    T* const to = c + std::min<int64_t>(i, rows - 1) * n;
    left[i].Store(to);
    right[i].Store(to + second);
  }
}

// y[j · stride] = Σ_l x[l] m[j, l] for the n rows of m, as many at a time as a
// register has lanes.
template <typename T>
void Dots(int64_t n, int64_t k, const T* x, const T* m, T* y, int64_t stride) {
  for (int64_t j = 0; j < n; j += kLanes<T>) {
    const T* rows[kLanes<T>];
    Lanes<T> sums[kLanes<T>];
#pragma GCC unroll 8
    for (int r = 0; r < kLanes<T>; ++r) {
      rows[r] = m + std::min<int64_t>(j + r, n - 1) * k;
      sums[r] = 0;
    }
    const auto add = [&](int64_t l, const auto& load) {
      const Lanes<T> factor = load(x + l);
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        sums[r] = MultiplyAdd(factor, load(rows[r] + l), sums[r]);
      }
    };
    int64_t l = 0;
    for (; l + kLanes<T> <= k; l += kLanes<T>) add(l, Lanes<T>::Load);
    if (l < k) {
      add(l, [&](const T* at) { return Lanes<T>::LoadFirst(at, k - l); });
    }
    Lanes<T>::Transpose(sums);
#pragma GCC unroll 3
    for (int64_t half = kLanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
      for (int64_t r = 0; r < half; ++r) sums[r] = sums[r] + sums[r + half];
    }
    if (stride == 1 && j + kLanes<T> <= n) {
      sums[0].Store(y + j);
    } else {
      T sum[kLanes<T>];
      sums[0].Store(sum);
      for (int r = 0; r < std::min(kLanes<T>, n - j); ++r) {
        y[(j + r) * stride] = sum[r];
      }
    }
  }
}

// to[l, j] = from[j, l] in squares, the last of which overlap those before.
template <typename T>
void TransposeTo(int64_t n, int64_t k, const T* from, T* to) {
  for (int64_t row = 0; row < n; row += kLanes<T>) {
    const int64_t j = std::min(row, n - kLanes<T>);
    for (int64_t column = 0; column < k; column += kLanes<T>) {
      const int64_t l = std::min(column, k - kLanes<T>);
      Lanes<T> square[kLanes<T>];
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        square[r] = Lanes<T>::Load(from + (j + r) * k + l);
      }
      Lanes<T>::Transpose(square);
#pragma GCC unroll 8
      for (int r = 0; r < kLanes<T>; ++r) {
        square[r].Store(to + (l + r) * n + j);
      }
    }
  }
}

// How C is computed: each column as A times a row of transposed B, its one row
// likewise, or in tiles.
template <typename T>
bool ByColumns(const GemmShape& s) {
  return !s.transpose_a && (s.n == 1 || (s.transpose_b && s.n < kLanes<T>));
}
bool ByRow(const GemmShape& s) { return s.m == 1 && s.transpose_b; }
bool MustTranspose(const GemmShape& s) {
  return s.transpose_b && s.k > 1;  // else it is one row either way
}
template <typename T>
bool ByTiles(const GemmShape& s) {
  return s.m > 1 && s.n >= kLanes<T> && (!MustTranspose(s) || s.k >= kLanes<T>);
}

template <typename T>
GemmPlan Plan(const GemmShape& s, int) {
  return {.shape = s,
          .parts = 1,
          .workspace_bytes = MustTranspose(s) ? s.n * s.k * sizeof(T) : 0};
}

template <typename T>
void Multiply(const GemmPlan& plan, int, const T* a, const T* b, T* c,
              void* workspace) {
  const GemmShape s = plan.shape;
  if (ByRow(s)) return Dots(s.n, s.k, a, b, c, 1);
  if (ByColumns<T>(s)) {
    for (int64_t j = 0; j < s.n; ++j) {
      Dots(s.m, s.k, b + j * s.k, a, c + j, s.n);
    }
    return;
  }
  if (MustTranspose(s)) {
    TransposeTo(s.n, s.k, b, static_cast<T*>(workspace));
    b = static_cast<T*>(workspace);
  }
  const int64_t row = s.transpose_a ? 1 : s.k, column = s.transpose_a ? s.m : 1;
  const int64_t columns = std::min(s.n, 2 * kLanes<T>);
  // The last tiles overlap those before, and compute the same again.
  for (int64_t i = 0; i < s.m; i += kRows) {
    const int64_t first = std::max<int64_t>(0, std::min(i, s.m - kRows));
    for (int64_t j = 0; j < s.n; j += columns) {
      const int64_t at = std::min(j, s.n - columns);
      Tile(s.m - first, s.n, s.k, a + first * row, row, column, b + at,
           c + first * s.n + at, columns - kLanes<T>);
    }
  }
}

}  // namespace

template <typename T>
bool IsSmall(const GemmShape& s) {
  // B, which each row of tiles reads again, stays in the L1 cache.
  return s.k * s.n <= 1 << 12 && s.m * s.n * s.k <= 1 << 18 &&
         (ByColumns<T>(s) || ByRow(s) || ByTiles<T>(s));
}
template bool IsSmall<float>(const GemmShape&);
template bool IsSmall<double>(const GemmShape&);

const GemmFunctions<float> kSmallGemmFloat = {Plan<float>, Multiply<float>};
const GemmFunctions<double> kSmallGemmDouble = {Plan<double>, Multiply<double>};

}  // namespace autodiff
