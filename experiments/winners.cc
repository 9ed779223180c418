#include "experiments/winners.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/summary.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

double Value(const Summary& summary, const SummaryRow& row) {
  return summary.statistic == Statistic::kMean ? row.mean : row.median;
}

bool Overlap(const SummaryRow& a, const SummaryRow& b) {
  return a.ci_low <= b.ci_high && b.ci_low <= a.ci_high;
}

// Adds the text at the end unless it is there; returns its position.
size_t PositionOf(const std::string& text, std::vector<std::string>& texts) {
  const auto found = std::find(texts.begin(), texts.end(), text);
  const size_t position = found - texts.begin();
  if (found == texts.end()) texts.push_back(text);
  return position;
}

}  // namespace

absl::StatusOr<std::string> WinnersTable(const Summary& summary,
                                         const WinnersOptions& options) {
  const auto column_of = [&](const std::string& name) {
    return std::find(summary.keys.begin(), summary.keys.end(), name) -
           summary.keys.begin();
  };
  const size_t row_key = column_of(options.rows);
  const size_t column_key = column_of(options.columns);
  const size_t competitor_key = column_of(options.competitors);
  for (size_t key : {row_key, column_key, competitor_key}) {
    if (key == summary.keys.size()) {
      return absl::InvalidArgumentError(
          "rows, columns and competitors must be keys of the summary");
    }
  }

  std::vector<std::string> row_names;
  std::vector<std::string> column_names;
  std::map<std::pair<size_t, size_t>, std::vector<const SummaryRow*>> cells;
  const SummaryRow* first = nullptr;
  for (const SummaryRow& row : summary.rows) {
    if (row.metric != options.metric) continue;
    if (first == nullptr) first = &row;
    for (size_t i = 0; i < row.key.size(); ++i) {
      if (i != row_key && i != column_key && i != competitor_key &&
          row.key[i] != first->key[i]) {
        return absl::InvalidArgumentError(
            absl::StrCat("a cell has several values of ", summary.keys[i]));
      }
    }
    const size_t i = PositionOf(row.key[row_key], row_names);
    const size_t j = PositionOf(row.key[column_key], column_names);
    if (!std::isnan(Value(summary, row))) cells[{i, j}].push_back(&row);
  }

  std::vector<std::vector<std::string>> table(row_names.size() + 1);
  table[0] = {absl::StrCat(options.rows, " \\ ", options.columns)};
  table[0].insert(table[0].end(), column_names.begin(), column_names.end());
  for (size_t i = 0; i < row_names.size(); ++i) {
    table[i + 1].push_back(row_names[i]);
    table[i + 1].resize(column_names.size() + 1, "-");
  }
  for (const auto& [position, competitors] : cells) {
    const SummaryRow* best = *std::min_element(
        competitors.begin(), competitors.end(),
        [&](const SummaryRow* a, const SummaryRow* b) {
          const double difference = Value(summary, *a) - Value(summary, *b);
          return options.lowest_wins ? difference < 0 : difference > 0;
        });
    const bool unclear = std::any_of(
        competitors.begin(), competitors.end(), [&](const SummaryRow* other) {
          return other != best && Overlap(*other, *best);
        });
    table[position.first + 1][position.second + 1] =
        absl::StrFormat("%s%s %.3g", unclear ? "~" : "",
                        best->key[competitor_key], Value(summary, *best));
  }
  return TextTable(table);
}

}  // namespace experiments
