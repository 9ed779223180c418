// The Garnet learners that are timed, and how others get the same ones.
#ifndef TOOLS_BENCHMARK_GARNET_ROWS_H_
#define TOOLS_BENCHMARK_GARNET_ROWS_H_

#include <string>

namespace benchmarks {

// Writes <folder>/garnet_<rank>.f32 for each rank: 40 learners (5 temperatures
// by 8 seeds), one after the other, of each P [50, 50], r [50], and the A
// [50, rank] and B [rank, 50] that it begins with; floats, row-major. False if
// a file cannot be written.
bool WriteGarnetLearners(const std::string& folder);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_GARNET_ROWS_H_
