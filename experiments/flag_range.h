// One sentence for a flag whose number is out of its range.
#ifndef EXPERIMENTS_FLAG_RANGE_H_
#define EXPERIMENTS_FLAG_RANGE_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace experiments {

// OK if low ≤ value ≤ high, which no NaN is. Otherwise InvalidArgument:
// "--seeds=0: it must be from 1 to 100".
template <typename Number>
absl::Status CheckFlagRange(absl::string_view flag, Number value, Number low,
                            Number high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--", flag, "=", value, ": it must be from ", low, " to ", high));
}

}  // namespace experiments

#endif  // EXPERIMENTS_FLAG_RANGE_H_
