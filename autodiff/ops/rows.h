// Loops over one row of a tensor in vector registers, for ops that reduce along
// the last axis. The order of additions depends on the row's length alone.
#ifndef AUTODIFF_OPS_ROWS_H_
#define AUTODIFF_OPS_ROWS_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "autodiff/ops/lanes.h"
#include "autodiff/shape.h"

namespace autodiff {

// A tensor as rows along its last axis.
struct Rows {
  int64_t count, size;
};

inline Rows RowsOf(const Shape& shape) {
  return {shape[-1] == 0 ? 0 : shape.elements() / shape[-1], shape[-1]};
}

// y[i] = f(x[i]) for n elements; y may be x.
template <typename T, typename Function>
void MapRow(const T* x, int64_t n, T* y, const Function& f) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) f(Lanes<T>::Load(x + i)).Store(y + i);
  if (i < n) f(Lanes<T>::LoadFirst(x + i, n - i)).StoreFirst(y + i, n - i);
}

// The largest of n elements, −∞ if n is 0. If one of them is NaN the result is
// it or the largest other one.
template <typename T>
T MaxOfRow(const T* x, int64_t n) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  constexpr double kLeast = -std::numeric_limits<double>::infinity();
  Lanes<T> max(kLeast);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    max = Larger(max, Lanes<T>::Load(x + i));
  }
  if (i < n) max = Larger(max, Lanes<T>::LoadFirst(x + i, n - i, kLeast));
  return max.Largest();
}

// Σ f(x[i]) over n elements; f(x[i]) is also given to store(i, lanes, count).
// Blocks bound the growth of rounding errors: it is that of n / block + block
// additions in a row, not n.
template <typename T, typename Function, typename Store>
T SumOfRow(const T* x, int64_t n, const Function& f, const Store& store) {
  constexpr int64_t kLanes = Lanes<T>::kCount, kBlock = 128 * kLanes;
  T total = 0;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t end = std::min(n, begin + kBlock);
    Lanes<T> a(0), b(0);
    int64_t i = begin;
    for (; i + 2 * kLanes <= end; i += 2 * kLanes) {
      const Lanes<T> even = f(Lanes<T>::Load(x + i));
      const Lanes<T> odd = f(Lanes<T>::Load(x + i + kLanes));
      store(i, even, kLanes);
      store(i + kLanes, odd, kLanes);
      a = a + even;
      b = b + odd;
    }
    for (; i < end; i += kLanes) {
      const int64_t count = std::min(kLanes, end - i);
      const Lanes<T> rest = f(Lanes<T>::LoadFirst(x + i, count));
      store(i, rest, count);
      a = a + rest.First(count);
    }
    total += (a + b).Sum();
  }
  return total;
}

template <typename T, typename Function>
T SumOfRow(const T* x, int64_t n, const Function& f) {
  return SumOfRow(x, n, f, [](int64_t, Lanes<T>, int64_t) {});
}

template <typename T>
T SumOfRow(const T* x, int64_t n) {
  return SumOfRow(x, n, [](Lanes<T> lanes) { return lanes; });
}

// Σ f(x[i], y[i]) over n elements.
template <typename T, typename Function>
T SumOfRows(const T* x, const T* y, int64_t n, const Function& f) {
  constexpr int64_t kLanes = Lanes<T>::kCount, kBlock = 128 * kLanes;
  T total = 0;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t end = std::min(n, begin + kBlock);
    Lanes<T> a(0);
    int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      a = a + f(Lanes<T>::Load(x + i), Lanes<T>::Load(y + i));
    }
    if (i < end) {
      a = a + f(Lanes<T>::LoadFirst(x + i, end - i),
                Lanes<T>::LoadFirst(y + i, end - i))
                  .First(end - i);
    }
    total += a.Sum();
  }
  return total;
}

// z[i] = f(x[i], y[i]) for n elements.
template <typename T, typename Function>
void MapRows(const T* x, const T* y, int64_t n, T* z, const Function& f) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    f(Lanes<T>::Load(x + i), Lanes<T>::Load(y + i)).Store(z + i);
  }
  if (i < n) {
    f(Lanes<T>::LoadFirst(x + i, n - i), Lanes<T>::LoadFirst(y + i, n - i))
        .StoreFirst(z + i, n - i);
  }
}

// y[i] = f(x[i]) for n elements, whose sum is returned.
template <typename T, typename Function>
T MapAndSumRow(const T* x, int64_t n, T* y, const Function& f) {
  return SumOfRow(x, n, f, [y](int64_t i, Lanes<T> lanes, int64_t count) {
    count == Lanes<T>::kCount ? lanes.Store(y + i)
                              : lanes.StoreFirst(y + i, count);
  });
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_ROWS_H_
