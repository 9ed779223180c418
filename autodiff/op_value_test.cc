// The value of every op of the table on its samples, against the naive double
// oracle or the unfused form.

#include <limits>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/oracle.h"
#include "autodiff/testing/program_io.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

template <typename T>
double ValueError(const Op& op, const Sample& sample) {
  const std::vector<Values> inputs = DrawInputs(sample);
  Graph graph;
  const Tensors x = DeclareInputs(graph, inputs);
  sample.record(x);
  const Tensor y = CallOf(graph, op);
  // The oracle gets what the op got, rounded inputs and all.
  Tensors wanted = x;
  wanted.push_back(y);
  for (int input : y.node().inputs) wanted.emplace_back(&graph, input);
  Program<T> program(graph, wanted);
  for (size_t i = 0; i < x.size(); ++i) Write(program, x[i], inputs[i].data);
  program.Run();

  Call call{.attributes = y.node().attributes, .output = y.node().type};
  std::vector<Values> arguments;
  for (int input : y.node().inputs) {
    const TensorType& type = graph.node(input).type;
    call.inputs.push_back(type);
    arguments.push_back({type, Read(program, Tensor(&graph, input))});
  }
  return ErrorInUnits(call, arguments, Read(program, y),
                      ExpectedValue(op, call, arguments),
                      std::numeric_limits<T>::epsilon());
}

class OpValue : public OpTable {};

TEST_P(OpValue, EqualsTheOracleInDouble) {
  for (const Sample& sample : GetParam()->samples()) {
    EXPECT_LE(ValueError<double>(*GetParam(), sample), GetParam()->value_units)
        << sample.name;
  }
}

TEST_P(OpValue, EqualsTheOracleInFloat) {
  for (const Sample& sample : GetParam()->samples()) {
    EXPECT_LE(ValueError<float>(*GetParam(), sample), GetParam()->value_units)
        << sample.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpValue, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
