// Reading a small tensor as if it were repeated to a larger shape.
#ifndef AUTODIFF_REPEAT_H_
#define AUTODIFF_REPEAT_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "autodiff/shape.h"

namespace autodiff {

// Row-major elements [begin, begin + n) of a tensor of shape `from` broadcast
// to `to`, for any begin and n. Made once; Copy allocates nothing.
class Repeat {
 public:
  // Copy may write up to this many elements beyond the n-th.
  static constexpr int64_t kOverrun = 16;

  Repeat(const Shape& from, const Shape& to) {
    const std::vector<int64_t> strides = BroadcastStrides(from, to);
    for (int axis = to.rank() - 1; axis >= 0; --axis) {
      const Axis next{.size = to[axis], .stride = strides[axis]};
      if (next.size == 1) continue;
      if (!axes_.empty() &&
          next.stride == axes_.back().stride * axes_.back().size) {
        axes_.back().size *= next.size;
      } else {
        axes_.push_back(next);
      }
    }
    if (axes_.empty()) axes_.push_back({.size = 1, .stride = 0});
  }

  // One element, everywhere.
  bool is_constant() const { return axes_.size() == 1 && axes_[0].stride == 0; }

  template <typename T>
  void Copy(const T* from, int64_t begin, int64_t n, T* to) const {
    if (n == 0) return;  // the shape may be empty
    if (axes_.size() == 2 && axes_[0].stride == 1) {
      return CopyPeriod(from, begin, n, to);
    }
    const int64_t size = axes_[0].size;
    int64_t within = begin % size;
    int64_t rest = begin / size;
    for (const T* const end = to + n; to < end; ++rest, within = 0) {
      int64_t at = within * axes_[0].stride, outer = rest;
      for (size_t axis = 1; axis < axes_.size(); ++axis) {
        const bool last = axis + 1 == axes_.size();
        const int64_t index = last ? outer : outer % axes_[axis].size;
        at += index * axes_[axis].stride;
        if (!last) outer /= axes_[axis].size;
      }
      const int64_t run = std::min<int64_t>(size - within, end - to);
      if (axes_[0].stride == 0) {
        Fill(from[at], run, to);
      } else {
        std::copy_n(from + at, run, to);
      }
      to += run;
    }
  }

 private:
  struct Axis {
    int64_t size, stride;
  };

  // In whole blocks, for the compiler to make vectors of.
  template <typename T>
  static void Fill(T value, int64_t n, T* to) {
    for (int64_t i = 0; i < n; i += kOverrun) {
      for (int64_t lane = 0; lane < kOverrun; ++lane) to[i + lane] = value;
    }
  }

  // `from` again and again: after the first time out of what is already there,
  // in ever longer pieces.
  template <typename T>
  void CopyPeriod(const T* from, int64_t begin, int64_t n, T* to) const {
    const int64_t size = axes_[0].size, within = begin % size;
    int64_t done = std::min(n, size - within);
    std::copy_n(from + within, done, to);
    if (done == n) return;
    const int64_t wrapped = std::min(n - done, within);
    std::copy_n(from, wrapped, to + done);
    for (done += wrapped; done < n;) {
      const int64_t piece = std::min(done, n - done);  // a multiple of `size`
      std::copy_n(to, piece, to + done);
      done += piece;
    }
  }

  std::vector<Axis> axes_;  // fastest first; the first one's stride is 0 or 1
};

}  // namespace autodiff

#endif  // AUTODIFF_REPEAT_H_
