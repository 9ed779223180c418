#include "autodiff/testing/op_samples.h"

#include <cmath>
#include <cstdint>
#include <random>

#include "autodiff/testing/program_io.h"

namespace autodiff {
namespace {

// Finite differences reach 2e-3 to either side.
constexpr double kKeepAway = 5e-3;

Values Draw(const SampleInput& input, std::mt19937_64& random) {
  Values values{.type = {input.shape, input.element}};
  std::uniform_real_distribution<double> uniform(input.low, input.high);
  while (static_cast<int64_t>(values.data.size()) < input.shape.elements()) {
    double x = uniform(random);
    if (input.element == ElementType::kIndex) x = std::floor(x);
    bool avoided = false;
    for (double point : input.avoid) {
      avoided |= std::abs(x - point) < kKeepAway;
    }
    if (!avoided) values.data.push_back(x);
  }
  return values;
}

}  // namespace

std::vector<Values> DrawInputs(const Sample& sample) {
  std::mt19937_64 random(7);
  std::vector<Values> values;
  for (const SampleInput& input : sample.inputs) {
    values.push_back(Draw(input, random));
  }
  return values;
}

Tensor CallOf(Graph& graph, const Op& op) {
  for (int id = graph.size() - 1; id >= 0; --id) {
    if (graph.node(id).op == &op) return Tensor(&graph, id);
  }
  ADD_FAILURE() << "the sample does not call " << op.name;
  return Tensor(&graph, 0);
}

bool IsDifferentiable(const Op& op, const Sample& sample) {
  Graph graph;
  const Tensors x = DeclareInputs(graph, DrawInputs(sample));
  bool real_input = false;
  for (const Tensor& input : x) {
    real_input |= input.element() == ElementType::kReal;
  }
  const Tensor y = sample.record(x);
  if (real_input && y.element() == ElementType::kReal) return true;
  if (op.gradient == nullptr) {
    ADD_FAILURE() << op.name << " must say that it has no gradient";
    return false;
  }
  for (const Tensor& dx : op.gradient(y, x, y)) EXPECT_FALSE(dx.exists());
  return false;
}

}  // namespace autodiff
