// Results over seeds: what a paper's tables and figures show.
#ifndef EXPERIMENTS_SUMMARY_H_
#define EXPERIMENTS_SUMMARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/run_table.h"

namespace experiments {

enum class Statistic { kMean, kMedian };

// "mean" or "median": its column in summary.csv.
std::string StatisticName(Statistic statistic);

struct SummaryRow {
  // One text a key column of the summary.
  std::vector<std::string> key;
  std::string metric;
  // NaN all four if the metric of one of the seeds is NaN or infinite.
  int seeds = 0;
  double mean = 0;
  double median = 0;
  double ci_low = 0;
  double ci_high = 0;
};

struct Summary {
  // The key columns of the runs, less the one summarised over.
  std::vector<std::string> keys;
  // What ci_low and ci_high enclose.
  Statistic statistic = Statistic::kMean;
  // In the order of the runs; for each key, one row a metric.
  std::vector<SummaryRow> rows;
};

// Summarises over the key column `over`, which must be one. The interval is the
// 95% bootstrap of `statistic` from 2,000 resamples of the seeds, key by key
// (see StratifiedBootstrap: one stratum). The same runs give the same bits,
// whatever else is in the table.
Summary Summarize(const RunTable& runs, absl::string_view over,
                  Statistic statistic);

// The text of summary.csv: the keys, then metric, seeds, mean, median, ci_low,
// ci_high.
std::string SummaryCsv(const Summary& summary);

// A sentence for each metric that is NaN or infinite in some runs, with the
// first of them; empty if there is none.
std::string NonFiniteReport(const RunTable& runs);

}  // namespace experiments

#endif  // EXPERIMENTS_SUMMARY_H_
