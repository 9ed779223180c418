#include "envs/physics/tolerance.h"

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <numbers>

#include "absl/strings/str_cat.h"

namespace envs {
namespace {

bool MayBeZeroAtMargin(Sigmoid sigmoid) {
  return sigmoid == Sigmoid::kCosine || sigmoid == Sigmoid::kLinear ||
         sigmoid == Sigmoid::kQuadratic;
}

void Check(double lower, double upper, double margin, Sigmoid sigmoid,
           double value_at_margin) {
  const char* wrong = nullptr;
  if (!(lower <= upper)) wrong = "its bounds are not in order";
  if (!(margin >= 0)) wrong = "its margin is negative";
  if (margin > 0 && !(value_at_margin < 1 &&
                      (value_at_margin > 0 ||
                       (value_at_margin == 0 && MayBeZeroAtMargin(sigmoid))))) {
    wrong = "its value at the margin is out of range";
  }
  if (wrong == nullptr) return;
  std::cerr << absl::StrCat("ERROR: Tolerance(", lower, ", ", upper, ", ",
                            margin, ", ", value_at_margin, "): ", wrong, ".")
            << std::endl;
  std::exit(1);
}

double Evaluate(Sigmoid sigmoid, double distance, double v) {
  switch (sigmoid) {
    case Sigmoid::kGaussian: {
      const double scaled = distance * std::sqrt(-2 * std::log(v));
      return std::exp(-0.5 * (scaled * scaled));
    }
    case Sigmoid::kHyperbolic:
      return 1 / std::cosh(distance * std::acosh(1 / v));
    case Sigmoid::kLongTail: {
      const double scaled = distance * std::sqrt(1 / v - 1);
      return 1 / (scaled * scaled + 1);
    }
    case Sigmoid::kReciprocal:
      return 1 / (std::abs(distance) * (1 / v - 1) + 1);
    case Sigmoid::kCosine: {
      const double scaled = distance * std::acos(2 * v - 1) / std::numbers::pi;
      return std::abs(scaled) < 1
                 ? (1 + std::cos(std::numbers::pi * scaled)) / 2
                 : 0;
    }
    case Sigmoid::kLinear: {
      const double scaled = distance * (1 - v);
      return std::abs(scaled) < 1 ? 1 - scaled : 0;
    }
    case Sigmoid::kQuadratic: {
      const double scaled = distance * std::sqrt(1 - v);
      return std::abs(scaled) < 1 ? 1 - scaled * scaled : 0;
    }
    case Sigmoid::kTanhSquared: {
      const double tanh = std::tanh(distance * std::atanh(std::sqrt(1 - v)));
      return 1 - tanh * tanh;
    }
  }
  std::abort();
}

}  // namespace

double Tolerance(double x, double lower, double upper, double margin,
                 Sigmoid sigmoid, double value_at_margin) {
  Check(lower, upper, margin, sigmoid, value_at_margin);
  if (lower <= x && x <= upper) return 1;
  if (margin == 0) return 0;
  const double distance = (x < lower ? lower - x : x - upper) / margin;
  return Evaluate(sigmoid, distance, value_at_margin);
}

}  // namespace envs
