// The perceptron as somebody's first program.
#ifndef TOOLS_BENCHMARK_MLP_ROWS_H_
#define TOOLS_BENCHMARK_MLP_ROWS_H_

namespace benchmarks {

// Records and compiles mlp_128 for that many cores, and runs it once on targets
// of one and zeros elsewhere: numbers that take no time to make. Returns the
// loss, which is 1.
double FirstRun(int cores);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_MLP_ROWS_H_
