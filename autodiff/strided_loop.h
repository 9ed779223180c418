// Loops over the elements of a shape in two tensors at once, one of which
// repeats or permutes axes.
#ifndef AUTODIFF_STRIDED_LOOP_H_
#define AUTODIFF_STRIDED_LOOP_H_

#include <cstdint>
#include <vector>

#include "autodiff/shape.h"

namespace autodiff {

// Takes `shape` apart into runs of `run_size()` elements, in row-major order.
// From one element of a run to the next x advances by run_stride().x, y by
// run_stride().y. Axes along which both advance alike are merged.
class StridedLoop {
 public:
  struct Offsets {
    int64_t x = 0, y = 0;
  };

  StridedLoop(const Shape& shape, const std::vector<int64_t>& strides_of_x,
              const std::vector<int64_t>& strides_of_y) {
    for (int i = 0; i < shape.rank(); ++i) {
      const Axis next{shape[i], {strides_of_x[i], strides_of_y[i]}};
      if (next.size == 1) continue;
      Axis& outer = axes_.back();
      const bool merges = outer.stride.x == next.stride.x * next.size &&
                          outer.stride.y == next.stride.y * next.size;
      if (merges || outer.size == 1) {
        outer = {outer.size * next.size, next.stride};
      } else {
        axes_.push_back(next);
      }
    }
    runs_ = run_size() == 0 ? 0 : shape.elements() / run_size();
  }

  int axes() const { return static_cast<int>(axes_.size()); }
  int64_t runs() const { return runs_; }
  int64_t run_size() const { return axes_.back().size; }
  Offsets run_stride() const { return axes_.back().stride; }

  // In how many blocks of equally many runs the loop may be split so that they
  // have different y.
  int64_t blocks() const {
    const Axis& first = axes_[0];
    return runs_ > 1 && first.stride.y != 0 ? first.size : 1;
  }

  // Where run i starts.
  Offsets Start(int64_t i) const {
    Offsets start;
    for (size_t axis = axes_.size() - 1; axis-- > 0;) {
      const int64_t size = axes_[axis].size;
      const int64_t position = axis == 0 ? i : i % size;
      if (axis > 0) i /= size;
      start.x += position * axes_[axis].stride.x;
      start.y += position * axes_[axis].stride.y;
    }
    return start;
  }

 private:
  struct Axis {
    int64_t size = 1;
    Offsets stride;
  };

  std::vector<Axis> axes_ = {{}};
  int64_t runs_ = 0;
};

}  // namespace autodiff

#endif  // AUTODIFF_STRIDED_LOOP_H_
