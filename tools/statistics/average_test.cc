#include "tools/statistics/average.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace statistics {
namespace {

TEST(MeanTest, OfTheNumbersOneToN) {
  EXPECT_EQ(Mean({1, 2, 3, 4, 5}), 3);
  EXPECT_EQ(Mean({1, 2, 3, 4}), 2.5);
  EXPECT_EQ(Mean({7}), 7);
}

TEST(MedianTest, IsTheMiddleOfAnUnsortedSample) {
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({9, 1, 5, 4}), 4.5);
  EXPECT_EQ(Median({-3}), -3);
  EXPECT_EQ(Median({2, 2, 2, 8}), 2);
}

TEST(QuantileTest, InterpolatesBetweenNeighbours) {
  const std::vector<double> values = {40, 10, 30, 20};
  EXPECT_EQ(Quantile(values, 0), 10);
  EXPECT_EQ(Quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(Quantile(values, 1.0 / 3), 20);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.1), 13);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.9), 37);
}

TEST(NonFiniteTest, NanMakesTheResultNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& values :
       {std::vector<double>{nan, 1, 2}, {1, nan, 2}, {1, 2, nan}}) {
    EXPECT_TRUE(std::isnan(Mean(values)));
    EXPECT_TRUE(std::isnan(Median(values)));
    EXPECT_TRUE(std::isnan(Quantile(values, 0)));
  }
}

TEST(NonFiniteTest, InfinityIsAValueLikeOthers) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Median({infinity, 1, 2}), 2);
  EXPECT_EQ(Median({infinity, infinity, 2}), infinity);
}

}  // namespace
}  // namespace statistics
