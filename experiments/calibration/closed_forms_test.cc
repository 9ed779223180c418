// The closed forms against plain search: G_k over a fine grid of models.
#include "experiments/calibration/closed_forms.h"

#include <vector>

#include "gtest/gtest.h"

namespace experiments {
namespace {

// The mean m on a grid of [a, b] where (m − y)² + (m − a)(b − m)/k is least.
double SearchedMean(double a, double b, double y, double k) {
  constexpr int kCells = 100'000;
  double best = a, least = 1e300;
  for (int i = 0; i <= kCells; ++i) {
    const double m = a + (b - a) * i / kCells;
    const double loss = (m - y) * (m - y) + (m - a) * (b - m) / k;
    if (loss < least) {
      least = loss;
      best = m;
    }
  }
  return best;
}

TEST(TwoPointMean, IsWhereTheLossIsLeast) {
  for (const double y : {-0.9, -0.2, 0.4, 1.0, 1.9}) {
    for (const double k : {1.0, 2.0, 3.0, 16.0, 1000.0}) {
      EXPECT_NEAR(TwoPointMean(-1, 2, y, k), SearchedMean(-1, 2, y, k), 1e-4)
          << y << " " << k;
    }
  }
}

TEST(TwoPointExcess, IsTheFormulaInside) {
  // ((2y − a − b) / (2(k − 1)))² = (−0.4 / 6)².
  EXPECT_NEAR(TwoPointExcess(0, 1, 0.3, 4), 0.16 / 36, 1e-15);
  EXPECT_NEAR(TwoPointExcess(0, 1, 0.3, 1), 0.09, 1e-15);  // at the end point
  EXPECT_EQ(TwoPointExcess(0, 1, 0.5, 2), 0);
}

TEST(LeastVariance, IsThatOfTheNeighbours) {
  const std::vector<double> values = {3, -1, 0, 7};
  // 1 = 2/3 · 0 + 1/3 · 3: variance 1/3 · 9 − 1.
  EXPECT_NEAR(LeastVariance(values, 1), 2, 1e-15);
  EXPECT_EQ(LeastVariance(values, 3), 0);
}

TEST(BestMultiple, IsWhereTheLossIsLeast) {
  // f = 1 or 3 with equal chances.
  const double mean = 2, second_moment = 5;
  const auto loss = [&](double c) {
    return (c - 1) * (c - 1) * mean * mean +
           c * c * (second_moment - mean * mean);
  };
  const double best = BestMultiple(mean, second_moment);
  EXPECT_LT(loss(best), loss(best - 1e-3));
  EXPECT_LT(loss(best), loss(best + 1e-3));
}

}  // namespace
}  // namespace experiments
