// A tensor cut at one axis, for ops that work along it.
#ifndef AUTODIFF_OPS_AXIS_H_
#define AUTODIFF_OPS_AXIS_H_

#include <cstdint>

#include "autodiff/shape.h"
#include "autodiff/tensor.h"

namespace autodiff {

// Row-major, the tensor is `before` blocks of size · `after` elements.
struct AxisCut {
  int64_t before = 1, size = 1, after = 1;
};

inline AxisCut CutAt(const Shape& shape, int64_t axis) {
  AxisCut cut;
  for (int64_t i = 0; i < shape.rank(); ++i) {
    const int64_t n = shape.sizes()[i];
    (i < axis ? cut.before : i == axis ? cut.size : cut.after) *= n;
  }
  return cut;
}

// The shape with another size along an axis.
inline Shape WithSize(const Shape& shape, int64_t axis, int64_t size) {
  std::vector<int64_t> sizes = shape.sizes();
  sizes[axis] = size;
  return Shape(sizes);
}

// Negative axes count from the last one.
inline int64_t FromFirst(const Operand& x, int64_t axis) {
  return axis >= 0 || x.is_number() ? axis : axis + x.tensor().shape().rank();
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_AXIS_H_
