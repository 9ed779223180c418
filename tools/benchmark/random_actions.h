#ifndef TOOLS_BENCHMARK_RANDOM_ACTIONS_H_
#define TOOLS_BENCHMARK_RANDOM_ACTIONS_H_

#include <cstddef>
#include <random>
#include <vector>

#include "absl/types/span.h"
#include "envs/environment.h"

namespace benchmarks {

// Actions of a whole episode, uniform within their bounds.
class RandomActions {
 public:
  explicit RandomActions(const envs::EnvironmentSpec& spec)
      : size_(spec.action_size()) {
    std::mt19937 generator(1);
    for (int64_t step = 0; step < spec.step_limit; ++step) {
      for (const envs::ArraySpec& part : spec.action) {
        std::uniform_real_distribution<> uniform(part.minimum, part.maximum);
        for (int i = 0; i < part.size; ++i) {
          numbers_.push_back(uniform(generator));
        }
      }
    }
  }

  // That of the episode's step number `step`, from 0.
  absl::Span<const double> operator[](int64_t step) const {
    return absl::MakeConstSpan(numbers_).subspan(step * size_, size_);
  }

 private:
  size_t size_;
  std::vector<double> numbers_;
};

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_RANDOM_ACTIONS_H_
