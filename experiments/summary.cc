#include "experiments/summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "experiments/run_table.h"
#include "tools/statistics/average.h"
#include "tools/statistics/bootstrap.h"

namespace experiments {
namespace {

SummaryRow SummarizeSeeds(const std::vector<double>& seeds,
                          Statistic statistic) {
  SummaryRow row;
  row.seeds = static_cast<int>(seeds.size());
  if (!std::all_of(seeds.begin(), seeds.end(),
                   [](double value) { return std::isfinite(value); })) {
    row.mean = row.median = row.ci_low = row.ci_high =
        std::numeric_limits<double>::quiet_NaN();
    return row;
  }
  row.mean = statistics::Mean(seeds);
  row.median = statistics::Median(seeds);
  const statistics::Interval interval = statistics::StratifiedBootstrap(
      {seeds}, [statistic](const statistics::Scores& scores) {
        return statistic == Statistic::kMean ? statistics::Mean(scores[0])
                                             : statistics::Median(scores[0]);
      });
  row.ci_low = interval.low;
  row.ci_high = interval.high;
  return row;
}

}  // namespace

std::string StatisticName(Statistic statistic) {
  return statistic == Statistic::kMean ? "mean" : "median";
}

Summary Summarize(const RunTable& runs, absl::string_view over,
                  Statistic statistic) {
  const std::vector<std::string>& names = runs.columns.keys;
  const size_t over_column =
      std::find(names.begin(), names.end(), over) - names.begin();
  const auto without_over = [over_column](std::vector<std::string> texts) {
    texts.erase(texts.begin() + over_column);
    return texts;
  };

  // The rows of each key, keys in the order of their first row.
  std::vector<std::vector<const Row*>> groups;
  absl::flat_hash_map<std::string, size_t> group_of_key;
  for (const Row& row : runs.rows) {
    const std::string key = absl::StrJoin(without_over(row.key), ",");
    const auto [group, is_new] = group_of_key.emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[group->second].push_back(&row);
  }

  Summary summary = {.keys = without_over(names), .statistic = statistic};
  for (const std::vector<const Row*>& group : groups) {
    for (size_t i = 0; i < runs.columns.metrics.size(); ++i) {
      std::vector<double> seeds;
      for (const Row* row : group) seeds.push_back(row->metrics[i]);
      SummaryRow row = SummarizeSeeds(seeds, statistic);
      row.key = without_over(group.front()->key);
      row.metric = runs.columns.metrics[i];
      summary.rows.push_back(std::move(row));
    }
  }
  return summary;
}

std::string SummaryCsv(const Summary& summary) {
  std::string text = absl::StrCat(absl::StrJoin(summary.keys, ","),
                                  summary.keys.empty() ? "" : ",",
                                  "metric,seeds,mean,median,ci_low,ci_high\n");
  for (const SummaryRow& row : summary.rows) {
    std::vector<std::string> fields = row.key;
    fields.push_back(row.metric);
    fields.push_back(absl::StrCat(row.seeds));
    for (double number : {row.mean, row.median, row.ci_low, row.ci_high}) {
      fields.push_back(NumberText(number));
    }
    absl::StrAppend(&text, absl::StrJoin(fields, ","), "\n");
  }
  return text;
}

std::string NonFiniteReport(const RunTable& runs) {
  std::string report;
  for (size_t i = 0; i < runs.columns.metrics.size(); ++i) {
    int count = 0;
    const Row* first = nullptr;
    for (const Row& row : runs.rows) {
      if (std::isfinite(row.metrics[i])) continue;
      if (count++ == 0) first = &row;
    }
    if (count == 0) continue;
    absl::StrAppend(&report, runs.columns.metrics[i], " is not finite in ",
                    count, " of ", runs.rows.size(),
                    " runs (first: ", KeyText(runs.columns.keys, first->key),
                    " with ", NumberText(first->metrics[i]),
                    "); summaries with such a run are nan\n");
  }
  return report;
}

}  // namespace experiments
