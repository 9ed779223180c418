#include "autodiff/testing/check_gradients.h"

#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/program_io.h"

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

// (−f(2h) + 8 f(h) − 8 f(−h) + f(−2h)) / 12h.
double FourthOrderDifference(const std::function<double(double)>& f) {
  constexpr double h = 1e-3;
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

// A point and a direction in the space of one input.
class Line {
 public:
  Line(absl::Span<double> x, std::vector<double> direction)
      : x_(x), origin_(x.begin(), x.end()), direction_(std::move(direction)) {}
  ~Line() { absl::c_copy(origin_, x_.begin()); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void MoveTo(double t) {
    for (size_t i = 0; i < x_.size(); ++i) {
      x_[i] = origin_[i] + t * direction_[i];
    }
  }

 private:
  const absl::Span<double> x_;
  const std::vector<double> origin_, direction_;
};

constexpr size_t kMaxElements = 1000;
constexpr int kDirections = 8;

// The unit vectors, or some random ones of about length 1.
std::vector<std::vector<double>> Directions(size_t size) {
  std::vector<std::vector<double>> directions;
  if (size <= kMaxElements) {
    for (size_t i = 0; i < size; ++i) {
      directions.emplace_back(size, 0)[i] = 1;
    }
    return directions;
  }
  std::mt19937_64 random(size);
  std::normal_distribution<double> normal(0, 1 / std::sqrt(size));
  for (int i = 0; i < kDirections; ++i) {
    for (double& x : directions.emplace_back(size)) x = normal(random);
  }
  return directions;
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
    const absl::Span<const double> gradient_of_x = base.Output(gradients[i]);
    const bool large = elements.size() > kMaxElements;
    const std::vector<std::vector<double>> directions =
        Directions(elements.size());
    for (size_t j = 0; j < directions.size(); ++j) {
      const double gradient =
          large ? absl::c_inner_product(gradient_of_x, directions[j], 0.0)
                : gradient_of_x[j];
      Line line(elements, directions[j]);
      const double difference = FourthOrderDifference([&](double t) {
        line.MoveTo(t);
        perturbed.Run();
        return perturbed.Output(loss)[0];
      });
      double error =
          std::abs(gradient - difference) / (1 + std::abs(difference));
      if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
      if (error <= report.worst_error) continue;
      report.worst_error = error;
      report.worst_element = absl::StrFormat(
          "input %d, %s %d: gradient %.10g, finite difference %.10g", i,
          large ? "direction" : "element", j, gradient, difference);
    }
  }
  return report;
}

}  // namespace autodiff
