// Runs every row of the op table on its samples: value against the naive
// double oracle or the unfused form, gradient against finite differences,
// gradient of the gradient as well, float and double.

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/check_gradients.h"
#include "autodiff/testing/program_io.h"
#include "gtest/gtest.h"

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

std::vector<Values> DrawAll(const Sample& sample) {
  std::mt19937_64 random(7);
  std::vector<Values> values;
  for (const SampleInput& input : sample.inputs) {
    values.push_back(Draw(input, random));
  }
  return values;
}

// The last node of `graph` that `op` recorded: the sample's call of it.
int CallOf(const Graph& graph, const Op& op) {
  for (int id = graph.size() - 1; id >= 0; --id) {
    if (graph.node(id).op == &op) return id;
  }
  return -1;
}

class OpTable : public testing::TestWithParam<const Op*> {
 protected:
  template <typename T>
  void ExpectValueEqualsOracle(double tolerance) {
    for (const Sample& sample : GetParam()->samples()) {
      SCOPED_TRACE(sample.name);
      const std::vector<Values> inputs = DrawAll(sample);
      Graph graph;
      Tensors x;
      for (const Values& input : inputs) {
        x.push_back(graph.Input("x", input.type.shape, input.type.element));
      }
      sample.record(x);
      const int id = CallOf(graph, *GetParam());
      ASSERT_GE(id, 0) << "the sample does not call the op";
      const Node& node = graph.node(id);
      Tensors wanted = x;
      wanted.emplace_back(&graph, id);
      for (int input : node.inputs) wanted.emplace_back(&graph, input);
      Program<T> program(graph, wanted);
      for (size_t i = 0; i < x.size(); ++i) {
        Write(program, x[i], inputs[i].data);
      }
      program.Run();

      Call call{.attributes = node.attributes, .output = node.type};
      std::vector<Values> arguments;
      for (int input : node.inputs) {
        const TensorType& type = graph.node(input).type;
        call.inputs.push_back(type);
        arguments.push_back({type, Read(program, Tensor(&graph, input))});
      }
      const std::vector<double> expected =
          ExpectedValue(*GetParam(), call, arguments);
      const std::vector<double> actual = Read(program, Tensor(&graph, id));
      ASSERT_EQ(actual.size(), expected.size());
      for (size_t i = 0; i < actual.size(); ++i) {
        EXPECT_NEAR(actual[i], expected[i],
                    tolerance * (1 + std::abs(expected[i])))
            << "element " << i;
      }
    }
  }
};

TEST_P(OpTable, DoubleValueEqualsOracle) {
  ExpectValueEqualsOracle<double>(1e-14);
}

TEST_P(OpTable, FloatValueEqualsOracle) {
  ExpectValueEqualsOracle<float>(2e-6);
}

// True if the sample's result and one of its inputs are real; otherwise there
// is nothing to differentiate, and the row must say so.
bool IsDifferentiable(const Op& op, const Sample& sample) {
  Graph graph;
  Tensors x;
  bool real_input = false;
  for (const SampleInput& input : sample.inputs) {
    x.push_back(graph.Input("x", input.shape, input.element));
    real_input |= input.element == ElementType::kReal;
  }
  const Tensor y = sample.record(x);
  if (real_input && y.element() == ElementType::kReal) return true;
  for (const Tensor& dx : op.gradient(y, x, y)) EXPECT_FALSE(dx.exists());
  return false;
}

// Of finite differences, for smooth functions; the rounding of the sum over
// all elements adds to it.
double Tolerance(const Sample& sample, double of_one) {
  int64_t elements = 0;
  for (const SampleInput& input : sample.inputs) {
    elements += input.shape.elements();
  }
  return of_one * (1 + static_cast<double>(elements) / 100);
}

TEST_P(OpTable, GradientEqualsFiniteDifferences) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample)) continue;
    const GradientReport report =
        CheckGradients(sample.record, DrawAll(sample));
    EXPECT_LT(report.worst_error, Tolerance(sample, 1e-9))
        << sample.name << ": " << report.worst_element;
  }
}

// The gradient rules are made of ops, so their own gradients must be right.
TEST_P(OpTable, SecondGradientEqualsFiniteDifferences) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample)) continue;
    const auto squared_gradient = [&](const Tensors& x) {
      Tensors reals;
      for (const Tensor& input : x) {
        if (input.element() == ElementType::kReal) reals.push_back(input);
      }
      Tensor total = x[0].graph().Constant({0});
      const Tensor loss = Sum(Square(sample.record(x)));
      for (const Tensor& dx : Gradients(loss, reals)) {
        total = total + Sum(Square(dx));
      }
      return total;
    };
    const GradientReport report =
        CheckGradients(squared_gradient, DrawAll(sample));
    EXPECT_LT(report.worst_error, Tolerance(sample, 1e-7))
        << sample.name << ": " << report.worst_element;
  }
}

INSTANTIATE_TEST_SUITE_P(All, OpTable,
                         testing::ValuesIn(AllOps().begin(), AllOps().end()),
                         [](const testing::TestParamInfo<const Op*>& op) {
                           return std::string(op.param->name);
                         });

}  // namespace
}  // namespace autodiff
