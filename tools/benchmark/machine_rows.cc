// The machine's peak, and what the engine costs where there is nothing to do.

#include <memory>

#include "autodiff/ops.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/cores.h"
#include "tools/benchmark/fma_peak.h"
#include "tools/benchmark/row.h"

namespace benchmarks {
namespace {

using autodiff::Tensor;

Work FmaPeak(int cores) {
  constexpr int kCalls = 10;  // against the time to start threads
  const double flop = kCalls * RunFma();
  const auto run = [cores] {
    RunOnEachCore(cores, [](int) {
      for (int i = 0; i < kCalls; ++i) RunFma();
    });
  };
  run();
  return {.run = run, .flop = cores * flop};
}

// A chain of sums of one element each: no element-wise ops, so each is a step
// of its own.
Work NodeOverhead(int cores) {
  constexpr int kNodes = 1000;
  const auto chain = std::make_shared<CompiledGraph>();
  const Tensor x = chain->graph.Input("x", {1});
  Tensor y = x;
  for (int i = 0; i < kNodes; ++i) y = Sum(y, {0}, true);
  chain->Compile({y}, cores);
  chain->program->Input(x)[0] = 1;
  chain->program->Run();
  return {.run = RunOf(chain),
          .units = kNodes,
          .check = {chain->program->Output(y)[0]}};
}

}  // namespace

std::vector<Row> MachineRows() {
  return {{"fma_peak", FmaPeak}, {"node", NodeOverhead}};
}

}  // namespace benchmarks
