// Loops over one row of a tensor in vector registers, and what ops share that
// work along the last axis. A rest that does not fill a register is computed in
// part of one. The order of additions depends on the row's length alone.
#ifndef AUTODIFF_OPS_ROWS_H_
#define AUTODIFF_OPS_ROWS_H_

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>

#include "autodiff/ops/lanes.h"
#include "autodiff/ops/rule.h"

namespace autodiff {

// y[i] = f(x[i], …) for n elements; y may be one of the x.
template <typename T, typename Function, std::same_as<T>... X>
void MapRow(int64_t n, const Function& f, T* y, const X*... x) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    f(Lanes<T>::Load(x + i)...).Store(y + i);
  }
  if (i < n) f(Lanes<T>::LoadFirst(x + i, n - i)...).StoreFirst(y + i, n - i);
}

// The largest of n elements, −∞ if n is 0. If one of them is NaN the result is
// it or the largest other one.
template <typename T>
T MaxOfRow(int64_t n, const T* x) {
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

// Σ f(x[i], …) over n elements; the terms are written to y unless it is null.
// Blocks bound the growth of rounding errors: it is that of n / block + block
// additions in a row, not n.
template <typename T, typename Function, std::same_as<T>... X>
T MapAndSumRow(int64_t n, const Function& f, T* y, const X*... x) {
  constexpr int64_t kLanes = Lanes<T>::kCount, kBlock = 128 * kLanes;
  T total = 0;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t end = std::min(n, begin + kBlock);
    Lanes<T> a(0), b(0);
    int64_t i = begin;
    for (; i + 2 * kLanes <= end; i += 2 * kLanes) {
      const Lanes<T> even = f(Lanes<T>::Load(x + i)...);
      const Lanes<T> odd = f(Lanes<T>::Load(x + i + kLanes)...);
      if (y != nullptr) even.Store(y + i);
      if (y != nullptr) odd.Store(y + i + kLanes);
      a = a + even;
      b = b + odd;
    }
    for (; i < end; i += kLanes) {
      const int64_t count = std::min(kLanes, end - i);
      const Lanes<T> rest = f(Lanes<T>::LoadFirst(x + i, count)...);
      if (y != nullptr) rest.StoreFirst(y + i, count);
      a = a + rest.First(count);
    }
    total += (a + b).Sum();
  }
  return total;
}

template <typename T, typename Function, std::same_as<T>... X>
T SumOfRow(int64_t n, const Function& f, const T* x, const X*... more) {
  T* const nowhere = nullptr;
  return MapAndSumRow(n, f, nowhere, x, more...);
}

template <typename T>
T SumOfRow(int64_t n, const T* x) {
  return SumOfRow(
      n, [](Lanes<T> a) { return a; }, x);
}

// All inputs have one shape, with at least one axis, which the result has too.
struct RowWise {
  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (absl::Status real = RequireReals(call); !real.ok()) return real;
    for (const TensorType& input : call.inputs) {
      if (input.shape.rank() >= 1 && input.shape == call.in(0)) continue;
      return Refuse("needs equal shapes with at least one axis");
    }
    return call.inputs[0];
  }
};

}  // namespace autodiff

#endif  // AUTODIFF_OPS_ROWS_H_
