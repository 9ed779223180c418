#include "experiments/summary.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "experiments/run_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Columns kColumns = {{"algorithm", "seed", "rank"}, {"error", "loss"}};

Row MakeRow(const std::string& algorithm, int seed, int rank, double error,
            double loss = 1) {
  return {
      {algorithm, absl::StrCat(seed), absl::StrCat(rank)}, {error, loss}, 0};
}

TEST(SummarizeTest, AveragesOverSeeds) {
  const RunTable runs = {kColumns,
                         {MakeRow("mle", 0, 2, 1), MakeRow("mle", 1, 2, 2),
                          MakeRow("mle", 2, 2, 9), MakeRow("vaml", 0, 2, 5)}};
  const Summary summary = Summarize(runs, "seed", Statistic::kMedian);
  EXPECT_THAT(summary.keys, ElementsAre("algorithm", "rank"));
  ASSERT_THAT(summary.rows, SizeIs(4));
  const SummaryRow& mle = summary.rows[0];
  EXPECT_THAT(mle.key, ElementsAre("mle", "2"));
  EXPECT_EQ(mle.metric, "error");
  EXPECT_EQ(mle.seeds, 3);
  EXPECT_EQ(mle.mean, 4);
  EXPECT_EQ(mle.median, 2);
  // The median of a resample is 1 or 9 with probability 7/27 each.
  EXPECT_EQ(mle.ci_low, 1);
  EXPECT_EQ(mle.ci_high, 9);
  const SummaryRow& vaml = summary.rows[2];
  EXPECT_EQ(vaml.seeds, 1);
  EXPECT_EQ(vaml.ci_low, 5);
  EXPECT_EQ(vaml.ci_high, 5);
  EXPECT_EQ(summary.rows[3].metric, "loss");
}

TEST(SummarizeTest, TheIntervalIsOfTheStatistic) {
  RunTable runs = {kColumns, {}};
  for (int seed = 0; seed < 20; ++seed) {
    runs.rows.push_back(MakeRow("mle", seed, 2, seed == 0 ? 1000 : 1));
  }
  const SummaryRow median = Summarize(runs, "seed", Statistic::kMedian).rows[0];
  EXPECT_EQ(median.ci_high, 1);
  const SummaryRow mean = Summarize(runs, "seed", Statistic::kMean).rows[0];
  EXPECT_GT(mean.ci_high, 50);
}

TEST(SummarizeTest, OtherRowsDoNotChangeTheBits) {
  RunTable alone = {kColumns, {}};
  RunTable among = {kColumns, {MakeRow("mle", 0, 2, 7)}};
  for (int seed = 0; seed < 9; ++seed) {
    alone.rows.push_back(MakeRow("vaml", seed, 2, std::sin(seed)));
    among.rows.push_back(alone.rows.back());
  }
  const SummaryRow a = Summarize(alone, "seed", Statistic::kMean).rows[0];
  const SummaryRow b = Summarize(among, "seed", Statistic::kMean).rows[2];
  EXPECT_EQ(a.ci_low, b.ci_low);
  EXPECT_EQ(a.ci_high, b.ci_high);
  EXPECT_LT(a.ci_low, a.mean);
  EXPECT_LT(a.mean, a.ci_high);
}

TEST(SummarizeTest, NonFiniteRunsMakeNan) {
  for (double bad : {NAN, INFINITY, -INFINITY}) {
    const RunTable runs = {kColumns,
                           {MakeRow("mle", 0, 2, 1), MakeRow("mle", 1, 2, bad),
                            MakeRow("mle", 2, 2, 2)}};
    const Summary summary = Summarize(runs, "seed", Statistic::kMedian);
    EXPECT_THAT(SummaryCsv(summary),
                AllOf(HasSubstr("mle,2,error,3,nan,nan,nan,nan\n"),
                      HasSubstr("mle,2,loss,3,1,1,1,1\n")));
    EXPECT_EQ(NonFiniteReport(runs),
              absl::StrCat("error is not finite in 1 of 3 runs (first: "
                           "algorithm=mle seed=1 rank=2 with ",
                           NumberText(bad),
                           "); summaries with such a run are nan\n"));
  }
  EXPECT_EQ(NonFiniteReport({kColumns, {MakeRow("mle", 0, 2, 1)}}), "");
  EXPECT_THAT(NonFiniteReport({kColumns,
                               {MakeRow("mle", 0, 2, NAN, NAN),
                                MakeRow("mle", 1, 2, INFINITY)}}),
              AllOf(HasSubstr("error is not finite in 2 of 2 runs (first: "
                              "algorithm=mle seed=0 rank=2 with nan)"),
                    HasSubstr("loss is not finite in 1 of 2 runs")));
}

TEST(SummaryCsvTest, IsTidy) {
  const RunTable runs = {kColumns, {MakeRow("mle", 0, 2, 0.25, -1)}};
  EXPECT_EQ(SummaryCsv(Summarize(runs, "seed", Statistic::kMean)),
            "algorithm,rank,metric,seeds,mean,median,ci_low,ci_high\n"
            "mle,2,error,1,0.25,0.25,0.25,0.25\n"
            "mle,2,loss,1,-1,-1,-1,-1\n");
}

TEST(SummaryCsvTest, SeedsMayBeTheOnlyKey) {
  const RunTable runs = {{{"seed"}, {"error"}}, {{{"0"}, {3}, 0}}};
  EXPECT_THAT(SummaryCsv(Summarize(runs, "seed", Statistic::kMean)),
              StartsWith("metric,seeds,mean,median,ci_low,ci_high\nerror,1,3"));
}

}  // namespace
}  // namespace experiments
