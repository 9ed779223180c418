// The machine's peak, and what the engine costs where there is nothing to do.

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "autodiff/ops.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/cores.h"
#include "tools/benchmark/fma_peak.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/stopwatch.h"

namespace benchmarks {
namespace {

using autodiff::Tensor;

// The shortest of all bursts of multiply-adds in 20 milliseconds.
double ShortestBurst() {
  double shortest = std::numeric_limits<double>::infinity();
  for (const Stopwatch all; all.Seconds() < 0.02;) {
    const Stopwatch burst;
    RunFma();
    shortest = std::min(shortest, burst.Seconds());
  }
  return shortest;
}

// Cores do not wait for each other: where others use them too, each has a
// moment to itself sooner than all of them have one together. Their rates add
// up, so that a run of one burst on each core takes the harmonic mean.
Work FmaPeak(int cores) {
  const auto measure = [cores] {
    std::vector<double> seconds(cores);
    RunOnEachCore(cores, [&](int i) { seconds[i] = ShortestBurst(); });
    double bursts = 0;  // a second
    for (const double each : seconds) bursts += 1 / each;
    return cores / bursts;
  };
  return {
      .run = [] { RunFma(); }, .measure = measure, .flop = cores * RunFma()};
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
