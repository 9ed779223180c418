#include "experiments/flag_checks.h"

#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/run_table.h"

namespace experiments {

absl::Status Check(bool ok, absl::string_view name, const std::string& value,
                   absl::string_view condition) {
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", name, "=", value, ": it must be ", condition));
}

absl::Status CheckAtLeast(absl::string_view name, int64_t value,
                          int64_t least) {
  return Check(value >= least, name, absl::StrCat(value),
               absl::StrCat("at least ", least));
}

absl::Status CheckPositive(absl::string_view name, double value) {
  return Check(value > 0 && std::isfinite(value), name, NumberText(value),
               "a positive number");
}

absl::Status CheckFraction(absl::string_view name, double value) {
  return Check(value >= 0 && value < 1, name, NumberText(value),
               "at least 0 and below 1");
}

absl::Status CheckList(absl::string_view name,
                       const std::vector<std::string>& list) {
  const std::set<std::string> different(list.begin(), list.end());
  return Check(!list.empty() && different.size() == list.size(), name,
               absl::StrJoin(list, ","),
               "a list of different values, separated by commas");
}

absl::Status FirstError(std::initializer_list<absl::Status> statuses) {
  for (const absl::Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace experiments
