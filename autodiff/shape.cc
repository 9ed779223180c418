#include "autodiff/shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autodiff {

int64_t Shape::elements() const {
  constexpr int64_t kMost = int64_t{1} << 62;
  int64_t product = 1;
  for (int64_t size : sizes_) {
    if (__builtin_mul_overflow(product, size, &product)) product = kMost;
  }
  return std::min(product, kMost);
}

int64_t Shape::operator[](int axis) const {
  return sizes_[axis < 0 ? axis + rank() : axis];
}

std::string Shape::ToString() const {
  return absl::StrCat("[", absl::StrJoin(sizes_, ", "), "]");
}

std::optional<Shape> BroadcastShapes(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<int64_t> sizes(rank);
  for (int axis = -1; axis >= -rank; --axis) {
    const int64_t size_a = -axis <= a.rank() ? a[axis] : 1;
    const int64_t size_b = -axis <= b.rank() ? b[axis] : 1;
    if (size_a != size_b && size_a != 1 && size_b != 1) return std::nullopt;
    sizes[rank + axis] = size_a == 1 ? size_b : size_a;
  }
  return Shape(std::move(sizes));
}

std::vector<int64_t> BroadcastStrides(const Shape& from, const Shape& to) {
  std::vector<int64_t> strides(to.rank(), 0);
  int64_t stride = 1;
  for (int axis = -1; axis >= -from.rank(); --axis) {
    if (from[axis] != 1) strides[to.rank() + axis] = stride;
    stride *= from[axis];
  }
  return strides;
}

}  // namespace autodiff
