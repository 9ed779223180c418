#include "tools/statistics/bootstrap.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"
#include "tools/statistics/average.h"

namespace statistics {
namespace {

double MeanOfStratumMeans(const Scores& scores) {
  double sum = 0;
  for (const auto& stratum : scores) sum += Mean(stratum);
  return sum / static_cast<double>(scores.size());
}

double MedianOfFirst(const Scores& scores) { return Median(scores[0]); }

TEST(StratifiedBootstrapTest, IsAPointWithoutSpread) {
  const Interval one = StratifiedBootstrap({{3}}, MeanOfStratumMeans);
  EXPECT_EQ(one.low, 3);
  EXPECT_EQ(one.high, 3);
  // Strata differ by design: their difference is no uncertainty.
  const Interval two =
      StratifiedBootstrap({{0, 0, 0}, {10, 10, 10}}, MeanOfStratumMeans);
  EXPECT_EQ(two.low, 5);
  EXPECT_EQ(two.high, 5);
}

TEST(StratifiedBootstrapTest, SameSeedSameBits) {
  const Scores scores = {{0.3, 1.7, 0.2, 5.1}, {2.0, 2.5}};
  const Interval first = StratifiedBootstrap(scores, MeanOfStratumMeans);
  const Interval again = StratifiedBootstrap(scores, MeanOfStratumMeans);
  const Interval other =
      StratifiedBootstrap(scores, MeanOfStratumMeans, {.seed = 1});
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, other.low);
}

// Of two scores 0 and 1, a resample's mean is 0, 1/2 or 1 with probability
// 1/4, 1/2, 1/4: the interval jumps where its tails pass 1/4.
TEST(StratifiedBootstrapTest, ResamplesWithReplacement) {
  const Scores scores = {{0, 1}};
  const Interval wide =
      StratifiedBootstrap(scores, MeanOfStratumMeans, {.confidence = 0.6});
  EXPECT_EQ(wide.low, 0);
  EXPECT_EQ(wide.high, 1);
  const Interval narrow =
      StratifiedBootstrap(scores, MeanOfStratumMeans, {.confidence = 0.4});
  EXPECT_EQ(narrow.low, 0.5);
  EXPECT_EQ(narrow.high, 0.5);
}

// The bootstrap variance of a mean is the biased sample variance over n, and
// the mean of strata adds theirs. Means of 40 are close to normal.
TEST(StratifiedBootstrapTest, WidthOfAMeanHasAClosedForm) {
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  Scores scores(3, std::vector<double>(40));
  double variance = 0;
  for (size_t stratum = 0; stratum < scores.size(); ++stratum) {
    for (double& score : scores[stratum]) {
      score = 100.0 * stratum + normal(generator);
    }
    const double mean = Mean(scores[stratum]);
    for (double score : scores[stratum]) {
      variance += (score - mean) * (score - mean) / (40.0 * 40.0 * 9.0);
    }
  }
  const Interval interval =
      StratifiedBootstrap(scores, MeanOfStratumMeans, {.resamples = 20000});
  const double half = 1.959964 * std::sqrt(variance);
  EXPECT_NEAR(interval.low, MeanOfStratumMeans(scores) - half, 0.05 * half);
  EXPECT_NEAR(interval.high, MeanOfStratumMeans(scores) + half, 0.05 * half);
}

struct Coverage {
  double mean;
  double median;
};

// Share of `trials` data sets of n standard normal seeds whose interval holds
// the truth, zero.
Coverage MeasureCoverage(int trials, int n) {
  std::mt19937_64 generator(2);
  std::normal_distribution<double> normal;
  int mean_hits = 0;
  int median_hits = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Scores scores(1, std::vector<double>(n));
    for (double& score : scores[0]) score = normal(generator);
    const BootstrapOptions options = {.resamples = 300,
                                      .seed = static_cast<uint64_t>(trial)};
    const Interval mean =
        StratifiedBootstrap(scores, MeanOfStratumMeans, options);
    const Interval median = StratifiedBootstrap(scores, MedianOfFirst, options);
    mean_hits += mean.low <= 0 && 0 <= mean.high;
    median_hits += median.low <= 0 && 0 <= median.high;
  }
  return {static_cast<double>(mean_hits) / trials,
          static_cast<double>(median_hits) / trials};
}

// For the mean of 20, the interval is close to mean +- 1.96 s sqrt(19/20) /
// sqrt(20) with s the unbiased deviation; Student's distribution with 19
// degrees of freedom holds P(|t| < 1.910) = 0.929 there. Bounds: 4 standard
// errors of 1,500 trials.
TEST(StratifiedBootstrapTest, CoversTheTruthAsOftenAsItShould) {
  const Coverage coverage = MeasureCoverage(1500, 20);
  EXPECT_NEAR(coverage.mean, 0.929, 0.027);
  // The interval of a median ends at order statistics; nominal 95%.
  EXPECT_NEAR(coverage.median, 0.95, 0.03);
}

}  // namespace
}  // namespace statistics
