#include "envs/physics/tolerance.h"

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace envs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Form {
  std::string name;
  Sigmoid sigmoid;
  bool zero_at_margin;  // allows v = 0
  // s(d) for v, written otherwise than in tolerance.cc.
  std::function<double(double d, double v)> value;
};

const std::vector<Form> kForms = {
    {"Gaussian", Sigmoid::kGaussian, false,
     [](double d, double v) { return std::pow(v, d * d); }},
    {"Hyperbolic", Sigmoid::kHyperbolic, false,
     [](double d, double v) {
       // cosh(d arccosh c) = (a^d + a^-d)/2, a = c + √(c² − 1), c = 1/v.
       const double a = 1 / v + std::sqrt(1 / (v * v) - 1);
       return 2 / (std::pow(a, d) + std::pow(a, -d));
     }},
    {"LongTail", Sigmoid::kLongTail, false,
     [](double d, double v) { return v / (d * d * (1 - v) + v); }},
    {"Reciprocal", Sigmoid::kReciprocal, false,
     [](double d, double v) { return v / (d * (1 - v) + v); }},
    {"Cosine", Sigmoid::kCosine, true,
     [](double d, double v) {
       const double angle = d * std::acos(2 * v - 1);
       return angle < std::numbers::pi ? std::pow(std::cos(angle / 2), 2) : 0;
     }},
    {"Linear", Sigmoid::kLinear, true,
     [](double d, double v) { return std::fmax(0, (1 - d) + d * v); }},
    {"Quadratic", Sigmoid::kQuadratic, true,
     [](double d, double v) { return std::fmax(0, (1 - d * d) + d * d * v); }},
    {"TanhSquared", Sigmoid::kTanhSquared, false,
     [](double d, double v) {
       // 1 − tanh² = 1/cosh², cosh(arctanh √(1 − v)) = 1/√v.
       return std::pow(1 / std::cosh(d * std::acosh(1 / std::sqrt(v))), 2);
     }},
};

class EverySigmoid : public testing::TestWithParam<Form> {};

void PrintTo(const Form& form, std::ostream* out) { *out << form.name; }

TEST_P(EverySigmoid, HasItsClosedForm) {
  for (const double v : {0.01, 0.1, 0.5, 0.9}) {
    for (double d = 0.01; d < 4; d += 0.13) {
      const double s = Tolerance(1 + 2 * d, -3, 1, 2, GetParam().sigmoid, v);
      EXPECT_NEAR(s, GetParam().value(d, v), 1e-13) << d << " " << v;
    }
  }
}

TEST_P(EverySigmoid, GoesFromOneThroughTheValueAtTheMargin) {
  for (const double v : {0.01, 0.1, 0.5, 0.9}) {
    const auto s = [&](double x) {
      return Tolerance(x, -0.5, 0.5, 2, GetParam().sigmoid, v);
    };
    for (const double inside : {-0.5, 0., 0.5}) EXPECT_EQ(s(inside), 1);
    EXPECT_NEAR(s(0.5 + 1e-9), 1, 1e-7);
    EXPECT_NEAR(s(2.5), v, 1e-14);
    double last = 1;
    for (double x = 0.5; x < 8; x += 0.1) {
      EXPECT_EQ(s(x), s(-x)) << x;
      EXPECT_LE(s(x), last);
      EXPECT_GE(s(x), 0);
      last = s(x);
    }
    EXPECT_LT(last, v);
  }
}

TEST_P(EverySigmoid, TakesZeroAtTheMarginOrNot) {
  const auto zero = [] { return Tolerance(3, 0, 1, 2, GetParam().sigmoid, 0); };
  if (GetParam().zero_at_margin) {
    EXPECT_EQ(zero(), 0);
    EXPECT_GT(Tolerance(2.9, 0, 1, 2, GetParam().sigmoid, 0), 0);
  } else {
    EXPECT_EXIT(zero(), testing::ExitedWithCode(1),
                "its value at the margin is out of range");
  }
}

INSTANTIATE_TEST_SUITE_P(Of, EverySigmoid, testing::ValuesIn(kForms),
                         [](const auto& info) { return info.param.name; });

TEST(Tolerance, IsAnIndicatorWithoutMargin) {
  EXPECT_EQ(Tolerance(1, 1, 2), 1);
  EXPECT_EQ(Tolerance(2, 1, 2), 1);
  EXPECT_EQ(Tolerance(std::nextafter(2, 3), 1, 2), 0);
  EXPECT_EQ(Tolerance(std::nextafter(1, 0), 1, 2), 0);
  EXPECT_EQ(Tolerance(1e300, 1, kInfinity), 1);
  EXPECT_EQ(Tolerance(kNan, -kInfinity, kInfinity), 0);
}

TEST(Tolerance, OfNanWithAMarginIsNan) {
  EXPECT_TRUE(std::isnan(Tolerance(kNan, 0, 1, 1)));
}

TEST(Tolerance, IsGaussianWithATenthAtTheMarginByDefault) {
  EXPECT_EQ(Tolerance(7, 0, 1, 3),
            Tolerance(7, 0, 1, 3, Sigmoid::kGaussian, 0.1));
}

TEST(Tolerance, EndsTheProcessForBadArguments) {
  const auto expect = [](const std::function<double()>& mistake,
                         const std::string& sentence) {
    EXPECT_EXIT(mistake(), testing::ExitedWithCode(1),
                "^ERROR: Tolerance\\(" + sentence + "\\.\n$");
  };
  expect([] { return Tolerance(0, 2, 1); },
         "2, 1, 0, 0\\.1\\): its bounds are not in order");
  expect([] { return Tolerance(0, kNan, 1); },
         "nan, 1, 0, 0\\.1\\): its bounds are not in order");
  expect([] { return Tolerance(0, 1, 2, -1); },
         "1, 2, -1, 0\\.1\\): its margin is negative");
  expect([] { return Tolerance(0, 1, 2, kNan); },
         "1, 2, nan, 0\\.1\\): its margin is negative");
  for (const double v : {1., 2., -0.1, kNan}) {
    expect([v] { return Tolerance(0, 1, 2, 1, Sigmoid::kLinear, v); },
           ".*: its value at the margin is out of range");
  }
}

}  // namespace
}  // namespace envs
