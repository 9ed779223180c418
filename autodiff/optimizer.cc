#include "autodiff/optimizer.h"

#include "absl/strings/str_cat.h"
#include "autodiff/ops.h"

namespace autodiff {

Tensor Norm(const Operand& x) {
  const LineScope scope(RequireTensor(x, "norm").graph(), x.where());
  return Sqrt(Sum(Square(x)));
}

Tensor ClipByNorm(const Operand& gradient, double max_norm) {
  return ClipByNorm(gradient, Norm(gradient), max_norm);
}

Tensor ClipByNorm(const Operand& gradient, const Tensor& norm,
                  double max_norm) {
  const LineScope scope(norm.graph(), gradient.where());
  return gradient * (max_norm / Maximum(norm, max_norm));
}

Tensor Adam(const ParameterGroup& group, const Operand& gradient,
            const AdamConfig& config) {
  const auto& [learning_rate, beta1, beta2, epsilon] = config;
  const Tensor& theta = group.flat();
  Graph& graph = theta.graph();
  const LineScope scope(graph, gradient.where());
  const auto variable = [&](const char* name, Shape shape, ElementType type) {
    return graph.Variable(absl::StrCat(group.name(), "/adam/", name),
                          std::move(shape), type);
  };
  const Tensor m = variable("m", theta.shape(), ElementType::kReal);
  const Tensor v = variable("v", theta.shape(), ElementType::kReal);
  const Tensor step = variable("step", {}, ElementType::kIndex);

  const Tensor t = graph.Assign(step, Increment(step));
  const Tensor new_m = graph.Assign(m, MovingAverage(m, gradient, 1 - beta1));
  const Tensor new_v =
      graph.Assign(v, MovingAverageOfSquare(v, gradient, 1 - beta2));
  return graph.Assign(
      theta,
      AdamStep(theta, new_m, new_v, learning_rate / BiasCorrection(t, beta1),
               1 / Sqrt(BiasCorrection(t, beta2)), epsilon));
}

Tensor AverageTarget(const Tensor& target, const Operand& source, double rate) {
  const LineScope scope(target.graph(), source.where());
  return target.graph().Assign(target, MovingAverage(target, source, rate));
}

}  // namespace autodiff
