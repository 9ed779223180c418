// The deep agent as somebody's first program.
#ifndef TOOLS_BENCHMARK_AGENT_ROWS_H_
#define TOOLS_BENCHMARK_AGENT_ROWS_H_

namespace benchmarks {

// Makes the agent of preset paper for the dog, with its stochastic model, for
// that many cores, and updates it once on zeros. Returns the critics' loss.
double FirstUpdate(int cores);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_AGENT_ROWS_H_
