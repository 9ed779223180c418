#include "autodiff/testing/recorded_gradients.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "absl/algorithm/container.h"
#include "autodiff/testing/op_samples.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// Of finite differences (step 1e-3, in double) of smooth functions.
constexpr double kTolerance = 1e-9;

}  // namespace

std::vector<double> Normal(int64_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(size);
  for (double& value : values) value = normal(random);
  return values;
}

void ExpectJacobianEqualsDifferences(const RecordedGradients& f) {
  const int64_t rows = f.y().shape().elements();
  int64_t all_columns = 0;
  for (const Tensor& x : f.x()) all_columns += x.shape().elements();
  if (rows * all_columns > 10000) return;
  std::vector<std::vector<double>> unit(rows, std::vector<double>(rows, 0.0));
  for (int64_t j = 0; j < rows; ++j) unit[j][j] = 1;
  const auto jacobian = f.Gradient<double>(unit);
  FiniteDifferences differences(f.x(), f.inputs(), f.y());
  for (size_t i = 0; i < f.x().size(); ++i) {
    if (!f.is_real(i)) continue;
    const int64_t columns = f.x()[i].shape().elements();
    for (int64_t k = 0; k < columns; ++k) {
      Direction direction(f.x().size());
      direction[i].assign(columns, 0.0);
      direction[i][k] = 1;
      const std::vector<double> column = differences.Along(direction);
      for (int64_t j = 0; j < rows; ++j) {
        EXPECT_NEAR(jacobian[j][i][k], column[j],
                    kTolerance * (1 + std::abs(column[j])))
            << "output element " << j << ", input " << i << " element " << k;
      }
    }
  }
}

void ExpectRandomProductEqualsDifference(const RecordedGradients& f) {
  const std::vector<double> u = Normal(f.y().shape().elements(), 1);
  const auto gradient = f.Gradient<double>({u})[0];
  FiniteDifferences differences(f.x(), f.inputs(), f.y());
  Direction v(f.x().size());
  double product = 0, size = 0;
  for (size_t i = 0; i < f.x().size(); ++i) {
    if (!f.is_real(i)) continue;
    v[i] = Normal(f.x()[i].shape().elements(), i + 2);
    // Not longer than one element's step, which the samples allow for.
    for (double& element : v[i]) element = std::clamp(element, -1.0, 1.0);
    for (size_t k = 0; k < v[i].size(); ++k) {
      product += gradient[i][k] * v[i][k];
      size += std::abs(gradient[i][k] * v[i][k]);
    }
  }
  const std::vector<double> moved = differences.Along(v);
  double expected = 0;
  for (size_t j = 0; j < u.size(); ++j) expected += u[j] * moved[j];
  EXPECT_NEAR(product, expected, kTolerance * (1 + size));
}

void ExpectDerivativesFromOneSide(const RecordedGradients& f,
                                  const std::vector<Direction>& directions) {
  const std::vector<double> u = Normal(f.y().shape().elements(), 1);
  const auto gradient = f.Gradient<double>({u})[0];
  FiniteDifferences differences(f.x(), f.inputs(), f.y());
  for (size_t n = 0; n < directions.size(); ++n) {
    double product = 0;
    for (size_t i = 0; i < directions[n].size(); ++i) {
      if (directions[n][i].empty()) continue;
      product = absl::c_inner_product(gradient[i], directions[n][i], product);
    }
    const double expected =
        absl::c_inner_product(u, differences.RightOf(directions[n]), 0.0);
    EXPECT_NEAR(product, expected, 1e-8 * (1 + std::abs(expected)))
        << "direction " << n;
  }
}

void ExpectFloatEqualsDouble(const Sample& sample, double units,
                             const ProgramOptions& options) {
  const auto round = [](std::vector<double>& values) {
    for (double& value : values) value = static_cast<float>(value);
  };
  std::vector<Values> inputs = DrawInputs(sample);
  for (Values& input : inputs) round(input.data);
  const RecordedGradients f(sample.record, inputs);
  std::vector<double> dy = Normal(f.y().shape().elements(), 1);
  round(dy);
  const auto expected = f.Gradient<double>({dy})[0];
  const auto actual = f.Gradient<float>({dy}, options)[0];
  for (size_t i = 0; i < expected.size(); ++i) {
    double largest = 1;
    for (double d : expected[i]) largest = std::max(largest, std::abs(d));
    const double tolerance =
        units * largest * std::numeric_limits<float>::epsilon();
    for (size_t k = 0; k < expected[i].size(); ++k) {
      EXPECT_NEAR(actual[i][k], expected[i][k], tolerance)
          << "input " << i << " element " << k;
    }
  }
}

}  // namespace autodiff
