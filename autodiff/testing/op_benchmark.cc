// Time of every op of the table on its largest sample, in float on one core:
//   bazel run //autodiff/testing:op_benchmark -- --benchmark_filter=tanh
// Items are elements of the op's output or of its largest input.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/program_io.h"
#include "benchmark/benchmark.h"

namespace autodiff {
namespace {

int64_t Elements(const Sample& sample) {
  int64_t elements = 0;
  for (const SampleInput& input : sample.inputs) {
    elements += input.shape.elements();
  }
  return elements;
}

Sample LargestSample(const Op& op) {
  const std::vector<Sample> samples = op.samples();
  return *std::max_element(samples.begin(), samples.end(),
                           [](const Sample& a, const Sample& b) {
                             return Elements(a) < Elements(b);
                           });
}

// The op alone: what the sample feeds it with is computed before.
void RunOp(benchmark::State& state, const Op& op) {
  const Sample sample = LargestSample(op);
  const std::vector<Values> inputs = DrawInputs(sample);
  Graph graph;
  const Tensors x = DeclareInputs(graph, inputs);
  sample.record(x);
  const Tensor y = CallOf(graph, op);
  Tensors arguments;
  for (int input : y.node().inputs) arguments.emplace_back(&graph, input);
  Inputs written;
  for (size_t i = 0; i < x.size(); ++i) {
    written.emplace_back(x[i], inputs[i].data);
  }
  const std::vector<std::vector<double>> values = Evaluate(arguments, written);

  Program<float> program(graph, {y}, nullptr, {.fed = arguments});
  int64_t elements = y.shape().elements();
  for (size_t i = 0; i < arguments.size(); ++i) {
    Write(program, arguments[i], values[i]);
    elements = std::max(elements, arguments[i].shape().elements());
  }
  for (auto _ : state) {
    program.Run();
    benchmark::ClobberMemory();
  }
  state.SetLabel(sample.name);
  state.SetItemsProcessed(state.iterations() * elements);
}

}  // namespace
}  // namespace autodiff

int main(int argc, char** argv) {
  for (const autodiff::Op* op : autodiff::AllOps()) {
    benchmark::RegisterBenchmark(op->name, [op](benchmark::State& state) {
      autodiff::RunOp(state, *op);
    });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
