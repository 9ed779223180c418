#include "experiments/winners.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/summary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

SummaryRow MakeRow(const std::vector<std::string>& key, double median,
                   double ci_low, double ci_high) {
  return {key, "error", 20, median + 1, median, ci_low, ci_high};
}

const WinnersOptions kOptions = {
    .rows = "temperature", .columns = "rank", .metric = "error"};

Summary Example() {
  Summary summary = {.keys = {"algorithm", "temperature", "rank"},
                     .statistic = Statistic::kMedian};
  summary.rows = {
      MakeRow({"mle", "0.1", "2"}, 0.5, 0.4, 0.6),
      MakeRow({"mle", "0.1", "50"}, 0.01, 0.009, 0.011),
      MakeRow({"mle", "10", "2"}, NAN, NAN, NAN),
      MakeRow({"vaml", "0.1", "2"}, 0.1234567, 0.1, 0.3),
      MakeRow({"vaml", "0.1", "50"}, 0.02, 0.01, 0.03),
      MakeRow({"vaml", "10", "2"}, 3, 2, 4),
      MakeRow({"vaml", "10", "50"}, NAN, NAN, NAN),
  };
  SummaryRow other = summary.rows[0];
  other.metric = "loss";
  other.median = -100;
  summary.rows.push_back(other);
  return summary;
}

TEST(WinnersTableTest, NamesTheLowestAndTheUnclear) {
  EXPECT_EQ(*WinnersTable(Example(), kOptions),
            "temperature \\ rank  2           50\n"
            "               0.1  vaml 0.123  ~mle 0.01\n"
            "                10  vaml 3      -\n");
}

TEST(WinnersTableTest, HighestMayWin) {
  WinnersOptions options = kOptions;
  options.lowest_wins = false;
  EXPECT_EQ(*WinnersTable(Example(), options),
            "temperature \\ rank  2        50\n"
            "               0.1  mle 0.5  ~vaml 0.02\n"
            "                10  vaml 3   -\n");
}

TEST(WinnersTableTest, ComparesTheSummarysStatistic) {
  Summary summary = Example();
  summary.statistic = Statistic::kMean;
  summary.rows[0].mean = 0;
  EXPECT_THAT(*WinnersTable(summary, kOptions), HasSubstr("0.1  mle 0 "));
}

TEST(WinnersTableTest, RefusesAnAmbiguousCell) {
  Summary summary = Example();
  summary.keys.push_back("steps");
  for (size_t i = 0; i < summary.rows.size(); ++i) {
    summary.rows[i].key.push_back(i == 3 ? "200" : "100");
  }
  EXPECT_TRUE(
      absl::IsInvalidArgument(WinnersTable(summary, kOptions).status()));
  summary.rows[3].key.back() = "100";
  EXPECT_TRUE(WinnersTable(summary, kOptions).ok());
  WinnersOptions options = kOptions;
  options.rows = "colour";
  EXPECT_TRUE(absl::IsInvalidArgument(WinnersTable(summary, options).status()));
}

}  // namespace
}  // namespace experiments
