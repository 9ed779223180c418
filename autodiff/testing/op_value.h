// The value of an op on one of its samples, beside its oracle's.
#ifndef AUTODIFF_TESTING_OP_VALUE_H_
#define AUTODIFF_TESTING_OP_VALUE_H_

#include <limits>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/program.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/oracle.h"
#include "autodiff/testing/program_io.h"

namespace autodiff {

// How far they are from each other, in the units of oracle.h.
template <typename T>
double ValueError(const Op& op, const Sample& sample,
                  const ProgramOptions& options = {}) {
  const std::vector<Values> inputs = DrawInputs(sample);
  Graph graph;
  const Tensors x = DeclareInputs(graph, inputs);
  sample.record(x);
  const Tensor y = CallOf(graph, op);
  // The oracle gets what the op got, rounded inputs and all.
  Tensors wanted = x;
  wanted.push_back(y);
  for (int input : y.node().inputs) wanted.emplace_back(&graph, input);
  Program<T> program(graph, wanted, nullptr, options);
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

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_OP_VALUE_H_
