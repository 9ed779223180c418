// Which cores a program runs on: all that it may use, which its driver chooses.
#ifndef TOOLS_BENCHMARK_CORES_H_
#define TOOLS_BENCHMARK_CORES_H_

#include <functional>

namespace benchmarks {

// Number of cores that this process may use.
int AllowedCores();

// Calls function(0), …, function(count − 1) at the same time, each on a core of
// its own.
void RunOnEachCore(int count, const std::function<void(int)>& function);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_CORES_H_
