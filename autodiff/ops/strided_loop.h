// Loops over the elements of a shape for kernels whose operands broadcast.
#ifndef AUTODIFF_OPS_STRIDED_LOOP_H_
#define AUTODIFF_OPS_STRIDED_LOOP_H_

#include <array>
#include <cstdint>
#include <vector>

#include "autodiff/fail.h"
#include "autodiff/shape.h"

namespace autodiff {

// Visits `shape` in row-major order with one element offset per operand. Axes
// along which all operands advance alike are merged; the innermost merged
// axis is left to the body as one run of `run_size()` elements, in which
// operand i advances by `run_stride(i)` per element.
template <int kOperands>
class StridedLoop {
 public:
  using Offsets = std::array<int64_t, kOperands>;

  StridedLoop(const Shape& shape,
              const std::array<std::vector<int64_t>, kOperands>& strides) {
    for (int axis = 0; axis < shape.rank(); ++axis) {
      Axis next{.size = shape[axis]};
      for (int i = 0; i < kOperands; ++i) next.strides[i] = strides[i][axis];
      if (next.size == 0) empty_ = true;
      if (next.size == 1) continue;
      if (rank_ > 0 && Merges(axes_[rank_ - 1], next)) {
        axes_[rank_ - 1].size *= next.size;
        axes_[rank_ - 1].strides = next.strides;
        continue;
      }
      if (rank_ == kMaxRank) Fail("a tensor has more than 8 axes");
      axes_[rank_++] = next;
    }
    if (rank_ == 0) axes_[rank_++] = {.size = 1};
  }

  int64_t run_size() const { return axes_[rank_ - 1].size; }
  int64_t run_stride(int i) const { return axes_[rank_ - 1].strides[i]; }

  // Calls body(offsets) at the start of each run.
  template <typename Body>
  void ForEachRun(const Body& body) const {
    if (empty_) return;
    Offsets offsets{};
    std::array<int64_t, kMaxRank> position{};
    while (true) {
      body(offsets);
      int axis = rank_ - 2;
      for (; axis >= 0; --axis) {
        const Axis& a = axes_[axis];
        if (++position[axis] < a.size) {
          for (int i = 0; i < kOperands; ++i) offsets[i] += a.strides[i];
          break;
        }
        position[axis] = 0;
        for (int i = 0; i < kOperands; ++i) {
          offsets[i] -= a.strides[i] * (a.size - 1);
        }
      }
      if (axis < 0) return;
    }
  }

 private:
  static constexpr int kMaxRank = 8;
  struct Axis {
    int64_t size = 1;
    Offsets strides{};
  };

  static bool Merges(const Axis& outer, const Axis& inner) {
    for (int i = 0; i < kOperands; ++i) {
      if (outer.strides[i] != inner.strides[i] * inner.size) return false;
    }
    return true;
  }

  std::array<Axis, kMaxRank> axes_;
  int rank_ = 0;
  bool empty_ = false;
};

}  // namespace autodiff

#endif  // AUTODIFF_OPS_STRIDED_LOOP_H_
