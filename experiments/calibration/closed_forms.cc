#include "experiments/calibration/closed_forms.h"

#include <algorithm>
#include <limits>

#include "absl/types/span.h"

namespace experiments {

double TwoPointMean(double a, double b, double y, double k) {
  const double skew = 2 * y - a - b;
  if (k == 1) return skew < 0 ? a : b;
  return std::clamp(y + skew / (2 * (k - 1)), a, b);
}

double TwoPointExcess(double a, double b, double y, double k) {
  const double error = TwoPointMean(a, b, y, k) - y;
  return error * error;
}

double LeastVariance(absl::Span<const double> values, double y) {
  double below = -std::numeric_limits<double>::infinity();
  double above = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (value <= y) below = std::max(below, value);
    if (value >= y) above = std::min(above, value);
  }
  return (y - below) * (above - y);
}

double BestMultiple(double mean, double second_moment) {
  return mean * mean / second_moment;
}

}  // namespace experiments
