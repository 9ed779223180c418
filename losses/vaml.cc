#include "losses/vaml.h"

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::RequireTensor;
using autodiff::Shape;
using autodiff::Tensor;

Tensor Vaml(const Operand& values, const Operand& target) {
  return Square(Mean(values, {-1}) - target);
}

Tensor SampleVariance(const Operand& values) {
  const Shape& shape = RequireTensor(values, "sample_variance").shape();
  const int64_t k = shape.rank() == 0 ? 1 : shape[-1];
  if (k < 2) {
    autodiff::Fail(absl::StrCat(
        autodiff::LineOf(values.where()),
        ": a sample variance, and so CVAML with a stochastic model, needs at "
        "least 2 model samples, got ",
        k));
  }
  const Tensor deviation = values - Mean(values, {-1}, /*keep_axes=*/true);
  return Sum(Square(deviation), {-1}) / static_cast<double>(k - 1);
}

Tensor CalibratedVaml(const Operand& values, const Operand& target,
                      ModelKind model) {
  const Tensor loss = Vaml(values, target);
  if (model == ModelKind::kDeterministic) return loss;
  const auto k = static_cast<double>(values.tensor().shape()[-1]);
  return loss - SampleVariance(values) / k;
}

}  // namespace losses
