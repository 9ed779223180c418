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

// y[j · stride] = Σ_l x[l] m[j, l] for the n rows of m, 8 at a time.
template <typename T>
void Dots(int64_t n, int64_t k, const T* x, const T* m, T* y, int64_t stride) {
  constexpr int64_t kAtOnce = 8;
  for (int64_t j = 0; j < n; j += kAtOnce) {
    const T* rows[kAtOnce];
    Lanes<T> sums[kAtOnce] = {0, 0, 0, 0, 0, 0, 0, 0};
#pragma GCC unroll 8
    for (int r = 0; r < kAtOnce; ++r) {
      rows[r] = m + std::min<int64_t>(j + r, n - 1) * k;
    }
    for (int64_t l = 0; l < k; l += kLanes<T>) {
      const int64_t count = std::min(kLanes<T>, k - l);
      const auto factor = Lanes<T>::LoadFirst(x + l, count);
#pragma GCC unroll 8
      for (int r = 0; r < kAtOnce; ++r) {
        sums[r] = MultiplyAdd(factor, Lanes<T>::LoadFirst(rows[r] + l, count),
                              sums[r]);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kAtOnce; ++r) {
      if (j + r < n) y[(j + r) * stride] = sums[r].Sum();
    }
  }
}

bool MustTranspose(const GemmShape& s) {
  return s.transpose_b && s.k > 1;  // else it is one row either way
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
  const GemmShape s = plan.shape;  // a copy, which no store can reach: faster
  if (s.n < kLanes<T>) {  // each column is A times a row of the transposed B
    for (int64_t j = 0; j < s.n; ++j) {
      Dots(s.m, s.k, b + j * s.k, a, c + j, s.n);
    }
    return;
  }
  if (MustTranspose(s)) {
    T* const transposed = static_cast<T*>(workspace);
    for (int64_t l = 0; l < s.k; ++l) {
      for (int64_t j = 0; j < s.n; ++j) {
        transposed[l * s.n + j] = b[j * s.k + l];
      }
    }
    b = transposed;
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
  // B, which each row of tiles reads again, stays in the L1 cache. Transposing
  // it pays if it is narrow.
  const bool fits =
      s.m > 1 && s.n > 1 && s.k * s.n <= 1 << 12 && s.m * s.n * s.k <= 1 << 18;
  if (!MustTranspose(s)) return fits && s.n >= kLanes<T>;
  return fits && s.n <= 2 * kLanes<T> && (s.n >= kLanes<T> || !s.transpose_a);
}
template bool IsSmall<float>(const GemmShape&);
template bool IsSmall<double>(const GemmShape&);

const GemmFunctions<float> kSmallGemmFloat = {Plan<float>, Multiply<float>};
const GemmFunctions<double> kSmallGemmDouble = {Plan<double>, Multiply<double>};

}  // namespace autodiff
