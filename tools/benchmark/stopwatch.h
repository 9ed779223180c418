#ifndef TOOLS_BENCHMARK_STOPWATCH_H_
#define TOOLS_BENCHMARK_STOPWATCH_H_

#include <chrono>

namespace benchmarks {

// Runs from its construction on.
class Stopwatch {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_STOPWATCH_H_
