#include "experiments/calibration/claim.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

// "≤ 1e-12", "≥ 0.1", "= 0", "0.09 ± 1e-12" or nothing.
std::string BoundText(const Measurement& measurement) {
  if (measurement.low == measurement.high) {
    return absl::StrCat("= ", measurement.low);
  }
  if (std::isinf(measurement.low)) {
    if (std::isinf(measurement.high)) return "";
    return absl::StrCat("≤ ", measurement.high);
  }
  if (std::isinf(measurement.high)) {
    return absl::StrCat("≥ ", measurement.low);
  }
  return absl::StrFormat("%.6g ± %.0e",
                         (measurement.low + measurement.high) / 2,
                         (measurement.high - measurement.low) / 2);
}

}  // namespace

Measurement AtMost(std::string quantity, double value, double high) {
  return {.quantity = std::move(quantity), .value = value, .high = high};
}

Measurement AtLeast(std::string quantity, double value, double low) {
  return {.quantity = std::move(quantity), .value = value, .low = low};
}

Measurement Near(std::string quantity, double value, double expected,
                 double tolerance) {
  return {.quantity = std::move(quantity),
          .value = value,
          .low = expected - tolerance,
          .high = expected + tolerance};
}

Measurement None(std::string quantity, int count) {
  return {.quantity = std::move(quantity),
          .value = static_cast<double>(count),
          .low = 0,
          .high = 0};
}

bool Claim::holds() const {
  return std::all_of(measurements.begin(), measurements.end(),
                     [](const Measurement& m) { return m.holds(); });
}

std::string ClaimText(const Claim& claim) {
  std::vector<std::vector<std::string>> rows = {
      {"  measured", "value", "claimed", ""}};
  for (const Measurement& measurement : claim.measurements) {
    rows.push_back({absl::StrCat("  ", measurement.quantity),
                    absl::StrFormat("%.3g", measurement.value),
                    BoundText(measurement),
                    measurement.holds() ? "" : "<- fails"});
  }
  return absl::StrCat(claim.name, ": ", claim.holds() ? "holds" : "FAILS",
                      "\n  ", claim.statement, "\n", TextTable(rows));
}

}  // namespace experiments
