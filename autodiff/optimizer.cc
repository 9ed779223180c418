#include "autodiff/optimizer.h"

#include "absl/strings/str_cat.h"
#include "autodiff/ops.h"

namespace autodiff {

Tensor Norm(const Operand& x) {
  const LineScope scope(RequireTensor(x, "norm").graph(), x.where());
  return Sqrt(Sum(Square(x)));
}

Tensor ClipScale(const Operand& norm, double max_norm) {
  const LineScope scope(RequireTensor(norm, "clip_scale").graph(),
                        norm.where());
  return max_norm / Maximum(norm, max_norm);
}

Tensor ClipByNorm(const Operand& gradient, double max_norm) {
  const LineScope scope(RequireTensor(gradient, "clip_by_norm").graph(),
                        gradient.where());
  return gradient * ClipScale(Norm(gradient), max_norm);
}

Tensor Adam(const ParameterGroup& group, const Operand& gradient,
            const AdamConfig& config, const Tensor& scale) {
  const auto& [learning_rate, beta1, beta2, epsilon] = config;
  const Tensor& theta = group.flat();
  Graph& graph = theta.graph();
  const LineScope line(graph, gradient.where());
  const auto variable = [&](const char* name, Shape shape, ElementType type) {
    return graph.Variable(absl::StrCat(group.name(), "/adam/", name),
                          std::move(shape), type);
  };
  const Tensor m = variable("m", theta.shape(), ElementType::kReal);
  const Tensor v = variable("v", theta.shape(), ElementType::kReal);
  const Tensor step = variable("step", {}, ElementType::kIndex);

  // All scalars first, so that nothing comes between what has the block's size.
  const Tensor t = graph.Assign(step, Increment(step));
  const Tensor rate = learning_rate / BiasCorrection(t, beta1);
  const Tensor scale_v = 1 / Sqrt(BiasCorrection(t, beta2));
  const Operand g = scale.exists() ? Operand(gradient * scale) : gradient;
  const Tensor new_m = graph.Assign(m, MovingAverage(m, g, 1 - beta1));
  const Tensor new_v = graph.Assign(v, MovingAverageOfSquare(v, g, 1 - beta2));
  return graph.Assign(theta,
                      AdamStep(theta, new_m, new_v, rate, scale_v, epsilon));
}

Tensor AverageTarget(const Tensor& target, const Operand& source, double rate) {
  const LineScope scope(target.graph(), source.where());
  return target.graph().Assign(target, MovingAverage(target, source, rate));
}

}  // namespace autodiff
