#include "autodiff/check_gradients.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/program_io.h"

namespace autodiff {
namespace {

// Σ_i w_i y_i with weights between 0.5 and 1.5 without any symmetry.
Tensor WeightedSum(const Tensor& y) {
  std::vector<double> weights(y.shape().elements());
  for (size_t i = 0; i < weights.size(); ++i) {
    weights[i] = 0.5 + std::fmod(0.6180339887498949 * (i + 1), 1.0);
  }
  if (weights.empty()) return Sum(y);
  return Sum(y * y.graph().Constant(weights, y.shape()));
}

// The StopGradient nodes that `loss` reads first, coming from its end.
Tensors StoppedTensors(const Tensor& loss) {
  Graph& graph = loss.graph();
  std::vector<bool> used(graph.size(), false);
  used[loss.id()] = true;
  Tensors stopped;
  for (int id = loss.id(); id >= 0; --id) {
    if (!used[id]) continue;
    if (graph.node(id).op == &kStopGradient) {
      stopped.emplace_back(&graph, id);
      continue;
    }
    for (int input : graph.node(id).inputs) used[input] = true;
  }
  return stopped;
}

Tensors Concatenate(Tensors a, const Tensors& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// (−f(x + 2h) + 8 f(x + h) − 8 f(x − h) + f(x − 2h)) / 12h.
double FourthOrderDifference(double& x, const std::function<double()>& f) {
  constexpr double kStep = 1e-3;
  const double centre = x;
  const auto at = [&](double steps) {
    x = centre + steps * kStep;
    return f();
  };
  const double difference = 8 * (at(1) - at(-1)) - (at(2) - at(-2));
  x = centre;
  return difference / (12 * kStep);
}

}  // namespace

GradientReport CheckGradients(const std::function<Tensor(const Tensors&)>& fn,
                              const std::vector<Values>& inputs) {
  Graph graph;
  Tensors x;
  for (const Values& input : inputs) {
    x.push_back(graph.Input(absl::StrCat("input ", x.size()), input.type.shape,
                            input.type.element));
  }
  const Tensor loss = WeightedSum(fn(x));
  const Tensors stopped = StoppedTensors(loss);
  const Tensors gradients = Gradients(loss, x);

  // Both programs list x among their outputs, so that they have it as an input
  // even if the loss does not read it.
  Program<double> base(graph, Concatenate(Concatenate(gradients, stopped), x));
  Program<double> perturbed(graph, Concatenate({loss}, x), nullptr,
                            {.fed = stopped});
  for (size_t i = 0; i < x.size(); ++i) {
    Write(base, x[i], inputs[i].data);
    Write(perturbed, x[i], inputs[i].data);
  }
  base.Run();
  for (const Tensor& tensor : stopped) {
    Write(perturbed, tensor, Read(base, tensor));
  }

  GradientReport report;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i].element() == ElementType::kIndex) continue;
    const absl::Span<double> elements = perturbed.Input(x[i]);
    for (size_t j = 0; j < elements.size(); ++j) {
      const double gradient = base.Output(gradients[i])[j];
      const double difference = FourthOrderDifference(elements[j], [&] {
        perturbed.Run();
        return perturbed.Output(loss)[0];
      });
      double error =
          std::abs(gradient - difference) / (1 + std::abs(difference));
      if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
      if (error <= report.worst_error) continue;
      report.worst_error = error;
      report.worst_element = absl::StrFormat(
          "input %d, element %d: gradient %.10g, finite difference %.10g", i, j,
          gradient, difference);
    }
  }
  return report;
}

}  // namespace autodiff
