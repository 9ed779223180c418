// What layer normalisation and its gradient share.
#ifndef AUTODIFF_OPS_LAYER_NORM_H_
#define AUTODIFF_OPS_LAYER_NORM_H_

#include <cmath>

#include "absl/status/status.h"
#include "autodiff/op.h"
#include "autodiff/ops/real.h"
#include "autodiff/ops/rows.h"

namespace autodiff {

// Mean of a row and 1 / √(variance + ε), with the variance over n.
template <typename T>
struct Moments {
  T mean, scale;
};

template <typename T>
Moments<T> MomentsOfRow(const T* x, int64_t n, double epsilon) {
  const T count = static_cast<T>(n);
  const T mean = SumOfRow(x, n) / count;
  const Lanes<T> center(mean);
  const T squares =
      SumOfRow(x, n, [&](Lanes<T> a) { return (a - center) * (a - center); });
  return {mean, 1 / std::sqrt(squares / count + static_cast<T>(epsilon))};
}

// All inputs have one shape, with at least one axis.
inline absl::StatusOr<TensorType> SameRows(const Call& call) {
  if (absl::Status real = RequireReals(call); !real.ok()) return real;
  for (const TensorType& input : call.inputs) {
    if (input.shape.rank() >= 1 && input.shape == call.in(0)) continue;
    return absl::InvalidArgumentError(
        "needs equal shapes with at least one axis");
  }
  return call.inputs[0];
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_LAYER_NORM_H_
