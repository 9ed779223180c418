// Reading a small tensor as if it were repeated to a larger shape.
#ifndef AUTODIFF_REPEAT_H_
#define AUTODIFF_REPEAT_H_

#include <algorithm>
#include <cstdint>

#include "autodiff/shape.h"
#include "autodiff/strided_loop.h"

namespace autodiff {

// Row-major elements [begin, begin + n) of a tensor of shape `from` broadcast
// to `to`, for any begin and n. Made once; Copy allocates nothing.
class Repeat {
 public:
  // Copy may write up to this many elements beyond the n-th.
  static constexpr int64_t kOverrun = 16;

  Repeat(const Shape& from, const Shape& to)
      : loop_(to, BroadcastStrides(from, to), BroadcastStrides(to, to)),
        size_(loop_.run_size()),
        stride_(loop_.run_stride().x) {}

  // One element, everywhere.
  bool is_constant() const { return loop_.axes() == 1 && stride_ == 0; }

  template <typename T>
  void Copy(const T* from, int64_t begin, int64_t n, T* to) const {
    if (n == 0) return;  // the shape may be empty
    if (loop_.axes() == 2 && stride_ == 1)
      return CopyPeriod(from, begin, n, to);
    int64_t within = begin % size_, run = begin / size_;
    for (const T* const end = to + n; to < end; ++run, within = 0) {
      const T* const source = from + loop_.Start(run).x + within * stride_;
      const int64_t count = std::min<int64_t>(size_ - within, end - to);
      if (stride_ == 0) {
        Fill(*source, count, to);
      } else {
        std::copy_n(source, count, to);
      }
      to += count;
    }
  }

 private:
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
    const int64_t within = begin % size_;
    int64_t done = std::min(n, size_ - within);
    std::copy_n(from + within, done, to);
    if (done == n) return;
    const int64_t wrapped = std::min(n - done, within);
    std::copy_n(from, wrapped, to + done);
    for (done += wrapped; done < n;) {
      const int64_t piece = std::min(done, n - done);  // a multiple of size_
      std::copy_n(to, piece, to + done);
      done += piece;
    }
  }

  StridedLoop loop_;       // y goes through the elements of `to`
  int64_t size_, stride_;  // of a run; the stride is 0 or 1
};

}  // namespace autodiff

#endif  // AUTODIFF_REPEAT_H_
