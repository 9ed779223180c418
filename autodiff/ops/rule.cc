#include "autodiff/ops/rule.h"

#include "autodiff/fail.h"

namespace autodiff {

absl::Status RequireReals(const Call& call) {
  for (const TensorType& type : call.inputs) {
    if (type.element == ElementType::kIndex) {
      return Refuse("indices where reals are needed");
    }
  }
  return absl::OkStatus();
}

absl::Status RequireRealAndIndex(const Call& call) {
  if (!IsIndex(call, 0) && IsIndex(call, 1)) return absl::OkStatus();
  return Refuse("needs reals and then indices");
}

Shape Replace(const Shape& shape, int drop, const std::vector<int64_t>& tail) {
  std::vector<int64_t> sizes = shape.sizes();
  sizes.resize(sizes.size() - drop);
  sizes.insert(sizes.end(), tail.begin(), tail.end());
  return Shape(sizes);
}

Shape WithSize(const Shape& shape, int64_t axis, int64_t size) {
  std::vector<int64_t> sizes = shape.sizes();
  sizes[axis] = size;
  return Shape(sizes);
}

int64_t RankOf(const Operand& x) {
  return x.is_number() ? 0 : x.tensor().shape().rank();
}

int64_t FromFirst(const Operand& x, int64_t axis) {
  return axis < 0 ? axis + RankOf(x) : axis;
}

Rows RowsOf(const Shape& shape) {
  return {Replace(shape, 1, {}).elements(), shape[-1]};
}

AxisCut CutAt(const Shape& shape, int64_t axis) {
  AxisCut cut;
  for (int64_t i = 0; i < shape.rank(); ++i) {
    (i < axis    ? cut.before
     : i == axis ? cut.size
                 : cut.after) *= shape.sizes()[i];
  }
  return cut;
}

int64_t CheckedIndex(int32_t index, int64_t size, const std::string& node) {
  if (index >= 0 && index < size) return index;
  Fail(absl::StrCat(node, ": index ", index, " is outside [0, ", size, ")"));
}

std::vector<Index> IndicesOf(const Shape& shape) {
  std::vector<Index> all(shape.elements(), Index(shape.rank()));
  for (int64_t i = 0; i < shape.elements(); ++i) {
    int64_t rest = i;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      all[i][axis] = rest % shape[axis];
      rest /= shape[axis];
    }
  }
  return all;
}

int64_t Position(const Shape& shape, const Index& at) {
  const auto extra = static_cast<int>(at.size()) - shape.rank();
  int64_t position = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    position *= shape[axis];
    if (shape[axis] != 1) position += at[extra + axis];
  }
  return position;
}

}  // namespace autodiff
