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
  if (n <= 0) return;
  if (n < kLanes) return f(Lanes<T>::LoadFirst(x, n)...).StoreFirst(y, n);
  // The last register overlaps the one before, as storing part of one is slow.
  const int64_t last = n - kLanes;
  const Lanes<T> end = f(Lanes<T>::Load(x + last)...);
  for (int64_t i = 0; i < last; i += kLanes) {
    f(Lanes<T>::Load(x + i)...).Store(y + i);
  }
  end.Store(y + last);
}

// The largest of n elements, −∞ if n is 0. If one of them is NaN the result is
// it or the largest other one.
template <typename T>
T MaxOfRow(int64_t n, const T* x) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  constexpr double kLeast = -std::numeric_limits<double>::infinity();
  if (n < kLanes) return Lanes<T>::LoadFirst(x, n, kLeast).Largest();
  Lanes<T> max = Lanes<T>::Load(x + n - kLanes);
  for (int64_t i = 0; i < n - kLanes; i += kLanes) {
    max = Larger(max, Lanes<T>::Load(x + i));
  }
  return max.Largest();
}

// Σ f(x[i], …) over n elements. Blocks bound the growth of rounding errors: it
// is that of n / block + block additions in a row, not n.
template <typename T, typename Function, std::same_as<T>... X>
T SumOfRow(int64_t n, const Function& f, const T* x, const X*... more) {
  constexpr int64_t kLanes = Lanes<T>::kCount, kBlock = 128 * kLanes;
  T total = 0;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t end = std::min(n, begin + kBlock);
    Lanes<T> a(0), b(0);
    int64_t i = begin;
    for (; i + 2 * kLanes <= end; i += 2 * kLanes) {
      a = a + f(Lanes<T>::Load(x + i), Lanes<T>::Load(more + i)...);
      b = b + f(Lanes<T>::Load(x + i + kLanes),
                Lanes<T>::Load(more + i + kLanes)...);
    }
    if (i + kLanes <= end) {
      a = a + f(Lanes<T>::Load(x + i), Lanes<T>::Load(more + i)...);
      i += kLanes;
    }
    if (i < end) {
      const int64_t count = end - i;
      b = b + f(Lanes<T>::LoadFirst(x + i, count),
                Lanes<T>::LoadFirst(more + i, count)...)
                  .First(count);
    }
    total += (a + b).Sum();
  }
  return total;
}

template <typename T>
T SumOfRow(int64_t n, const T* x) {
  return SumOfRow(
      n, [](Lanes<T> a) { return a; }, x);
}

// Calls body(buffers, first, rows) for groups of up to kGroup rows: a group's
// rows take each step side by side, so that none waits for its own sum.
constexpr int64_t kGroup = 8;
template <typename Body>
Kernel ForEachGroup(const Rows& r, double nanoseconds, const Body& body) {
  constexpr int64_t kElements = 1024;  // of a group: it stays in the L1 cache
  const int64_t size =
      std::clamp<int64_t>(kElements / std::max<int64_t>(r.size, 1), 1, kGroup);
  const auto group_body = [=, count = r.count](const Buffers& b, int64_t i) {
    body(b, i * size, std::min(size, count - i * size));
  };
  return ForEachRow((r.count + size - 1) / size, nanoseconds * size,
                    group_body);
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
