// Doubles into and out of programs of either precision: for gradient checks
// and tests.
#ifndef AUTODIFF_TESTING_PROGRAM_IO_H_
#define AUTODIFF_TESTING_PROGRAM_IO_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/state.h"

namespace autodiff {

// `data` must have as many elements as `input`, whole numbers if that holds
// indices.
template <typename T>
void Write(Program<T>& program, const Tensor& input,
           absl::Span<const double> data) {
  const auto size = static_cast<size_t>(input.shape().elements());
  if (data.size() != size) {
    Fail(absl::StrCat("Write: ", input.graph().Describe(input.id()), " has ",
                      size, " elements, got ", data.size()));
  }
  if (input.element() == ElementType::kReal) {
    absl::c_copy(data, program.Input(input).begin());
  } else {
    absl::c_copy(data, program.IndexInput(input).begin());
  }
}

template <typename T>
std::vector<double> Read(const Program<T>& program, const Tensor& output) {
  if (output.element() == ElementType::kReal) {
    const absl::Span<const T> y = program.Output(output);
    return {y.begin(), y.end()};
  }
  const absl::Span<const int32_t> y = program.IndexOutput(output);
  return {y.begin(), y.end()};
}

// Inputs of `graph` for these values: "input 0", "input 1", …
inline Tensors DeclareInputs(Graph& graph, const std::vector<Values>& values) {
  Tensors x;
  for (const Values& input : values) {
    x.push_back(graph.Input(absl::StrCat("input ", x.size()), input.type.shape,
                            input.type.element));
  }
  return x;
}

// Graph inputs and what is written there; an input that nothing reads may be
// among them.
using Inputs = std::vector<std::pair<Tensor, std::vector<double>>>;

// The values of `outputs` in double, in a program made for this one run.
inline std::vector<std::vector<double>> Evaluate(const Tensors& outputs,
                                                 const Inputs& inputs = {},
                                                 State<double>* state = {}) {
  Tensors wanted = outputs;
  for (const auto& [input, data] : inputs) wanted.push_back(input);
  Program<double> program(outputs[0].graph(), wanted, state);
  for (const auto& [input, data] : inputs) Write(program, input, data);
  program.Run();
  std::vector<std::vector<double>> values;
  for (const Tensor& y : outputs) values.push_back(Read(program, y));
  return values;
}

inline std::vector<double> Evaluate(const Tensor& output,
                                    const Inputs& inputs = {},
                                    State<double>* state = {}) {
  return Evaluate(Tensors{output}, inputs, state)[0];
}

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_PROGRAM_IO_H_
