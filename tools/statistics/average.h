// Mean, median and quantiles of a sample, with numpy's conventions.
//
// A NaN in the sample makes every result NaN. All functions need at least one
// value.
#ifndef TOOLS_STATISTICS_AVERAGE_H_
#define TOOLS_STATISTICS_AVERAGE_H_

#include "absl/types/span.h"

namespace statistics {

double Mean(absl::Span<const double> values);

// The middle value, or the mean of the two middle values.
double Median(absl::Span<const double> values);

// The value below which a share q in [0, 1] of the sample lies. With the n
// values sorted, position q (n - 1) counted from zero; between two values it
// interpolates linearly (numpy.quantile's method "linear").
double Quantile(absl::Span<const double> values, double q);

}  // namespace statistics

#endif  // TOOLS_STATISTICS_AVERAGE_H_
