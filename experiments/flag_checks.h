// Conditions on flags: InvalidArgument "--name=value: it must be <condition>"
// where one does not hold.
#ifndef EXPERIMENTS_FLAG_CHECKS_H_
#define EXPERIMENTS_FLAG_CHECKS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace experiments {

absl::Status Check(bool ok, absl::string_view name, const std::string& value,
                   absl::string_view condition);

absl::Status CheckAtLeast(absl::string_view name, int64_t value, int64_t least);

// low ≤ value ≤ high, which no NaN is.
template <typename Number>
absl::Status CheckRange(absl::string_view name, Number value, Number low,
                        Number high) {
  return Check(value >= low && value <= high, name, absl::StrCat(value),
               absl::StrCat("from ", low, " to ", high));
}

// Above zero and finite.
absl::Status CheckPositive(absl::string_view name, double value);

// 0 ≤ value < 1.
absl::Status CheckFraction(absl::string_view name, double value);

// Not empty, nothing twice.
absl::Status CheckList(absl::string_view name,
                       const std::vector<std::string>& list);

// The first that is not OK, if any.
absl::Status FirstError(std::initializer_list<absl::Status> statuses);

}  // namespace experiments

#endif  // EXPERIMENTS_FLAG_CHECKS_H_
