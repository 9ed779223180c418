// What softmax and log-softmax share: rows are the last axis.
#ifndef AUTODIFF_OPS_SOFTMAX_H_
#define AUTODIFF_OPS_SOFTMAX_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "autodiff/op.h"

namespace autodiff {

struct Rows {
  int64_t count, size;
};

inline Rows RowsOf(const Shape& shape) {
  return {shape[-1] == 0 ? 0 : shape.elements() / shape[-1], shape[-1]};
}

struct RowWise {
  static constexpr bool kInPlace = false;

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.in(0).rank() >= 1 &&
        call.inputs[0].element == ElementType::kReal) {
      return call.inputs[0];
    }
    return absl::InvalidArgumentError("needs reals with at least one axis");
  }
};

// Ordinary rows, a row of one, a row with a large element, and no rows.
std::vector<Sample> SoftmaxSamples(Tensor (*op)(Operand));

}  // namespace autodiff

#endif  // AUTODIFF_OPS_SOFTMAX_H_
