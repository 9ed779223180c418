// What the machine can do at most: fused multiply-adds out of registers.
#ifndef TOOLS_BENCHMARK_FMA_PEAK_H_
#define TOOLS_BENCHMARK_FMA_PEAK_H_

namespace benchmarks {

// The widest vectors that the CPU has: "AVX-512" or "AVX2".
const char* FmaInstructionSet();

// Multiplies and adds in float with them on the calling thread, for about 20
// microseconds. Returns the number of floating-point operations.
double RunFma();

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_FMA_PEAK_H_
