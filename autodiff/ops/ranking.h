// The order in which sort and top-k see elements.
#ifndef AUTODIFF_OPS_RANKING_H_
#define AUTODIFF_OPS_RANKING_H_

#include <cstdint>

namespace autodiff {

// True if element a comes before b: by value, equal values by index, NaN last.
template <typename T, bool kDescending>
struct ComesBefore {
  const T* x;
  bool operator()(int32_t a, int32_t b) const {
    const bool a_is_nan = x[a] != x[a], b_is_nan = x[b] != x[b];
    if (a_is_nan || b_is_nan) {
      return a_is_nan == b_is_nan ? a < b : b_is_nan;
    }
    if (x[a] == x[b]) return a < b;
    return kDescending ? x[a] > x[b] : x[a] < x[b];
  }
};

}  // namespace autodiff

#endif  // AUTODIFF_OPS_RANKING_H_
