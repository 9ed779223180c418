#include "autodiff/testing/finite_differences.h"

#include "absl/algorithm/container.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

constexpr double kStep = 1e-3;

// The StopGradient nodes that y reads first, coming from its end and not
// passing through x.
Tensors StoppedTensors(const Tensor& y, const Tensors& x) {
  Graph& graph = y.graph();
  std::vector<bool> used(graph.size(), false);
  used[y.id()] = true;
  Tensors stopped;
  for (int id = y.id(); id >= 0; --id) {
    const Tensor tensor(&graph, id);
    if (!used[id] || absl::c_linear_search(x, tensor)) continue;
    if (tensor.node().op == &kStopGradient) {
      stopped.push_back(tensor);
      continue;
    }
    for (int input : tensor.node().inputs) used[input] = true;
  }
  return stopped;
}

}  // namespace

Inputs GraphInputs(const Tensors& x, const std::vector<Values>& values) {
  Inputs inputs;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i].node().op == &kInput) inputs.emplace_back(x[i], values[i].data);
  }
  return inputs;
}

FiniteDifferences::FiniteDifferences(const Tensors& x,
                                     const std::vector<Values>& values,
                                     const Tensor& y, State<double>* state)
    : x_(x), origin_(values), y_(y) {
  const Tensors stopped = StoppedTensors(y, x);
  Tensors fed = stopped;
  for (const Tensor& tensor : x) {
    if (tensor.node().op != &kInput) fed.push_back(tensor);
  }
  // All of x is listed among the outputs, so that the program has it as an
  // input even if y does not read it.
  Tensors wanted = {y};
  wanted.insert(wanted.end(), x.begin(), x.end());
  program_.emplace(y.graph(), wanted, state, ProgramOptions{.fed = fed});
  for (size_t i = 0; i < x.size(); ++i) Write(*program_, x[i], values[i].data);
  if (stopped.empty()) return;
  const std::vector<std::vector<double>> kept =
      Evaluate(stopped, GraphInputs(x, values), state);
  for (size_t i = 0; i < stopped.size(); ++i) {
    Write(*program_, stopped[i], kept[i]);
  }
}

std::vector<double> FiniteDifferences::Along(const Direction& direction) {
  return Combine(direction, {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}});
}

std::vector<double> FiniteDifferences::RightOf(const Direction& direction) {
  return Combine(direction, {{0, -25}, {1, 48}, {2, -36}, {3, 16}, {4, -3}});
}

std::vector<double> FiniteDifferences::Combine(
    const Direction& direction, const std::vector<Point>& stencil) {
  std::vector<double> sum(y_.shape().elements(), 0.0);
  for (const Point& point : stencil) {
    MoveTo(direction, point.steps * kStep);
    program_->Run();
    const absl::Span<const double> y = program_->Output(y_);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += point.weight * y[i];
  }
  MoveTo(direction, 0);
  for (double& derivative : sum) derivative /= 12 * kStep;
  return sum;
}

void FiniteDifferences::MoveTo(const Direction& direction, double t) {
  for (size_t i = 0; i < x_.size(); ++i) {
    if (direction[i].empty()) continue;
    const absl::Span<double> x = program_->Input(x_[i]);
    for (size_t k = 0; k < x.size(); ++k) {
      x[k] = origin_[i].data[k] + t * direction[i][k];
    }
  }
}

}  // namespace autodiff
