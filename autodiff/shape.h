// Shapes of dense row-major tensors, and NumPy's broadcasting rule.
#ifndef AUTODIFF_SHAPE_H_
#define AUTODIFF_SHAPE_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace autodiff {

// The size of each axis, slowest first. A scalar has rank 0 and one element.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes) : sizes_(sizes) {}
  explicit Shape(std::vector<int64_t> sizes) : sizes_(std::move(sizes)) {}

  int rank() const { return static_cast<int>(sizes_.size()); }
  // At most 2⁶², even if there are more.
  int64_t elements() const;

  // Size of an axis; negative axes count from the last, so `shape[-1]` is the
  // fastest one. The axis must exist.
  int64_t operator[](int axis) const;

  const std::vector<int64_t>& sizes() const { return sizes_; }

  // "[50, 10]"; "[]" for a scalar.
  std::string ToString() const;

  bool operator==(const Shape&) const = default;

 private:
  std::vector<int64_t> sizes_;
};

// The shape of an element-wise result: axes are aligned at the last one, and
// an axis of size 1 is repeated. Nothing if the shapes do not fit.
std::optional<Shape> BroadcastShapes(const Shape& a, const Shape& b);

// Element strides with which a tensor of shape `from` is read as if it had
// shape `to`: 0 along repeated axes. `from` must broadcast to `to`.
std::vector<int64_t> BroadcastStrides(const Shape& from, const Shape& to);

}  // namespace autodiff

#endif  // AUTODIFF_SHAPE_H_
