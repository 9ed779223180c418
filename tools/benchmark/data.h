// Numbers that every program in the comparison can make and check for itself.
#ifndef TOOLS_BENCHMARK_DATA_H_
#define TOOLS_BENCHMARK_DATA_H_

#include <cmath>
#include <cstddef>

#include "absl/types/span.h"

namespace benchmarks {

// out[i] = scale · sin((first + i)²): no two rows of a matrix are alike, and
// the mean square is scale² / 2.
inline void FillWithWave(absl::Span<float> out, double scale = 1,
                         double first = 0) {
  for (size_t i = 0; i < out.size(); ++i) {
    const double n = first + static_cast<double>(i);
    out[i] = static_cast<float>(scale * std::sin(n * n));
  }
}

// Mean of |x|, for Work::check.
inline double MeanMagnitude(absl::Span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += std::abs(value);
  return sum / static_cast<double>(values.size());
}

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_DATA_H_
