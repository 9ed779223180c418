// Which cores a program runs on.
#ifndef TOOLS_BENCHMARK_CORES_H_
#define TOOLS_BENCHMARK_CORES_H_

#include <functional>

namespace benchmarks {

// Number of cores that this process may use.
int AllowedCores();

// Restricts the calling thread, and the threads that it starts later, to the
// first `count` of them.
void StayOnCores(int count);

// Calls function(0), …, function(count − 1) at the same time, each on a core of
// its own.
void RunOnEachCore(int count, const std::function<void(int)>& function);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_CORES_H_
