#include "tools/statistics/average.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "absl/types/span.h"

namespace statistics {
namespace {

// NaN has no place in an order: std::nth_element would be undefined.
bool HasNan(absl::Span<const double> values) {
  return std::any_of(values.begin(), values.end(),
                     [](double value) { return std::isnan(value); });
}

// The value at sorted position `rank`, as far as possible without sorting.
// Leaves everything after `rank` at least as large.
double Select(std::vector<double>& values, size_t rank) {
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[rank];
}

}  // namespace

double Mean(absl::Span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

double Median(absl::Span<const double> values) { return Quantile(values, 0.5); }

double Quantile(absl::Span<const double> values, double q) {
  if (HasNan(values)) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> copy(values.begin(), values.end());
  const double position = q * static_cast<double>(copy.size() - 1);
  const size_t rank = static_cast<size_t>(position);
  const double low = Select(copy, rank);
  const double t = position - static_cast<double>(rank);
  if (t == 0) return low;
  const double high = *std::min_element(copy.begin() + rank + 1, copy.end());
  // Two formulas, so that the result is monotone in t and exact at both ends.
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
}

}  // namespace statistics
