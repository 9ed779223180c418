#include "autodiff/testing/check_gradients.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "autodiff/fail.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/finite_differences.h"
#include "autodiff/testing/program_io.h"

namespace autodiff {
namespace {

// Far above what finite differences of smooth functions leave.
constexpr double kWrong = 1e-6;

// Σ_i w_i y_i with weights between 0.5 and 1.5 without any symmetry.
Tensor WeightedSum(const Tensor& y) {
  if (y.shape().elements() == 1) return y;
  std::vector<double> weights(y.shape().elements());
  for (size_t i = 0; i < weights.size(); ++i) {
    weights[i] = 0.5 + std::fmod(0.6180339887498949 * (i + 1), 1.0);
  }
  if (weights.empty()) return Sum(y);
  return Sum(y * y.graph().Constant(weights, y.shape()));
}

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

// "[2, 0]" for element 8 of shape [3, 4]; nothing for a scalar.
std::string Position(const Shape& shape, int64_t element) {
  if (shape.rank() == 0) return "";
  std::string position = "]";
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    position =
        absl::StrCat(axis > 0 ? ", " : "[", element % shape[axis], position);
    element /= shape[axis];
  }
  return position;
}

struct Comparison {
  double error = 0;
  std::string text;  // "[2, 0]: gradient …, finite difference …"
};

// The worst element of the gradient to x[i].
Comparison Compare(FiniteDifferences& differences, const Tensors& x, size_t i,
                   absl::Span<const double> gradient) {
  Comparison worst;
  const bool large = gradient.size() > kMaxElements;
  const std::vector<std::vector<double>> directions =
      Directions(gradient.size());
  for (size_t j = 0; j < directions.size(); ++j) {
    Direction direction(x.size());
    direction[i] = directions[j];
    const double expected = differences.Along(direction)[0];
    const double actual =
        large ? absl::c_inner_product(gradient, directions[j], 0.0)
              : gradient[j];
    double error = std::abs(actual - expected) / (1 + std::abs(expected));
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    if (error <= worst.error) continue;
    worst.error = error;
    worst.text = absl::StrFormat(
        "%s: gradient %.10g, finite difference %.10g",
        large ? absl::StrCat(", direction ", j) : Position(x[i].shape(), j),
        actual, expected);
  }
  return worst;
}

bool HasNaN(const std::vector<double>& values) {
  return absl::c_any_of(values, [](double x) { return std::isnan(x); });
}

// Real nodes on the way from x to the loss, x among them, in recording order.
Tensors NodesBetween(const Tensors& x, const Tensor& loss) {
  Graph& graph = loss.graph();
  std::vector<bool> after(loss.id() + 1, false), before = after;
  for (const Tensor& input : x) after[input.id()] = true;
  before[loss.id()] = true;
  for (int id = 0; id <= loss.id(); ++id) {
    if (graph.node(id).op == &kStopGradient) continue;
    for (int input : graph.node(id).inputs) {
      if (after[input]) after[id] = true;
    }
  }
  Tensors between;
  for (int id = loss.id(); id >= 0; --id) {
    const Tensor tensor(&graph, id);
    if (!before[id] || !after[id]) continue;
    if (tensor.element() == ElementType::kReal) between.push_back(tensor);
    for (int input : tensor.node().inputs) before[input] = true;
  }
  absl::c_reverse(between);
  return between;
}

// Walks from the loss to the inputs, with each node in turn as an input of what
// follows it. Of the first whose gradient is wrong, a reader has a wrong rule.
std::string Blame(const Tensors& x, const std::vector<Values>& origin,
                  const Tensor& loss, State<double>* state) {
  const Graph& graph = loss.graph();
  const Tensors nodes = NodesBetween(x, loss);
  const Inputs inputs = GraphInputs(x, origin);
  const std::vector<std::vector<double>> values =
      Evaluate(nodes, inputs, state);
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (!HasNaN(values[n])) continue;
    return absl::StrCat("; the value of ", graph.Describe(nodes[n].id()),
                        " is NaN");
  }
  const Tensors gradient_tensors = Gradients(loss, nodes);
  const std::vector<std::vector<double>> gradients =
      Evaluate(gradient_tensors, inputs, state);
  for (size_t n = nodes.size(); n-- > 0;) {
    const int id = nodes[n].id();
    Tensors moved = x;
    std::vector<Values> from = origin;
    size_t at = absl::c_find(x, nodes[n]) - x.begin();
    if (at == x.size()) {
      moved.push_back(nodes[n]);
      from.push_back({nodes[n].node().type, values[n]});
    }
    FiniteDifferences differences(moved, from, loss, state);
    if (Compare(differences, moved, at, gradients[n]).error <= kWrong) continue;
    std::string readers;
    for (const Tensor& reader : nodes) {
      if (!absl::c_linear_search(reader.node().inputs, id)) continue;
      absl::StrAppend(&readers, readers.empty() ? "" : " or ",
                      graph.Describe(reader.id()));
    }
    return absl::StrCat("; by the gradient rule of ", readers);
  }
  return "";
}

// Two evaluations would not see the same state.
void RefuseAssigns(const Tensor& loss) {
  const Graph& graph = loss.graph();
  std::vector<bool> used(loss.id() + 1, false);
  used[loss.id()] = true;
  for (int id = loss.id(); id >= 0; --id) {
    if (!used[id]) continue;
    if (graph.node(id).op == &kAssign) {
      Fail(
          absl::StrCat("CheckGradients needs a loss that leaves the state as "
                       "it is, but it reads ",
                       graph.Describe(id)));
    }
    for (int input : graph.node(id).inputs) used[input] = true;
  }
}

// Checks the gradients to the first `count` of x.
GradientReport Check(const Tensor& y, const Tensors& x,
                     const std::vector<Values>& origin, size_t count,
                     State<double>* state) {
  if (count == 0) Fail("CheckGradients has no tensor to check");
  RefuseAssigns(y);
  const Tensor loss = WeightedSum(y);
  const Tensors gradient_tensors = Gradients(loss, x);
  const std::vector<std::vector<double>> gradients =
      Evaluate(gradient_tensors, GraphInputs(x, origin), state);

  FiniteDifferences differences(x, origin, loss, state);
  GradientReport report;
  for (size_t i = 0; i < count; ++i) {
    if (x[i].element() == ElementType::kIndex) continue;
    const std::string& name = x[i].node().name;
    const auto is_zero = [](double d) { return d == 0; };
    if (absl::c_all_of(gradients[i], is_zero)) {
      report.without_gradient.push_back(name);
    }
    const Comparison worst = Compare(differences, x, i, gradients[i]);
    if (worst.error <= report.worst_error) continue;
    report.worst_error = worst.error;
    report.worst_element = name + worst.text;
  }
  if (report.worst_error > kWrong) {
    report.worst_element += Blame(x, origin, loss, state);
  }
  return report;
}

}  // namespace

GradientReport CheckGradients(const std::function<Tensor(const Tensors&)>& fn,
                              const std::vector<Values>& inputs) {
  Graph graph;
  const Tensors x = DeclareInputs(graph, inputs);
  return Check(fn(x), x, inputs, x.size(), nullptr);
}

GradientReport CheckGradients(const Tensor& loss, const Tensors& parameters,
                              State<double>& state, const Inputs& inputs) {
  Tensors x = parameters;
  std::vector<Values> origin;
  for (const Tensor& parameter : parameters) {
    origin.push_back(
        {parameter.node().type, Evaluate(parameter, inputs, &state)});
  }
  for (const auto& [input, data] : inputs) {
    x.push_back(input);
    origin.push_back({input.node().type, data});
  }
  return Check(loss, x, origin, parameters.size(), &state);
}

}  // namespace autodiff
