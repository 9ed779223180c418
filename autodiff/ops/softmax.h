// What softmax and log-softmax share.
#ifndef AUTODIFF_OPS_SOFTMAX_H_
#define AUTODIFF_OPS_SOFTMAX_H_

#include <vector>

#include "absl/status/status.h"
#include "autodiff/op.h"
#include "autodiff/ops/rows.h"

namespace autodiff {

struct RowWise {
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
