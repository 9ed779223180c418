// The check with which most shape rules begin.
#ifndef AUTODIFF_OPS_REAL_H_
#define AUTODIFF_OPS_REAL_H_

#include "absl/status/status.h"
#include "autodiff/op.h"

namespace autodiff {

inline absl::Status RequireReals(const Call& call) {
  for (const TensorType& type : call.inputs) {
    if (type.element == ElementType::kIndex) {
      return absl::InvalidArgumentError("indices where reals are needed");
    }
  }
  return absl::OkStatus();
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_REAL_H_
