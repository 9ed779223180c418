// The gradient of every op of the table on its samples.

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/finite_differences.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/program_io.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

// Of finite differences (step 1e-3, in double) of smooth functions.
constexpr double kTolerance = 1e-9;

std::vector<double> Normal(int64_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(size);
  for (double& value : values) value = normal(random);
  return values;
}

void RoundToFloat(std::vector<double>& values) {
  for (double& value : values) value = static_cast<float>(value);
}

// y = record(x) and the gradients of Σ_j dy_j y_j, where dy is an input too.
class Recorded {
 public:
  Recorded(const std::function<Tensor(const Tensors&)>& record,
           const std::vector<Values>& inputs)
      : inputs_(inputs), x_(DeclareInputs(graph_, inputs)), y_(record(x_)) {
    dy_ = graph_.Input("dy", y_.shape());
    dx_ = Gradients(autodiff::Sum(y_ * dy_), x_);
  }

  const Tensors& x() const { return x_; }
  const Tensor& y() const { return y_; }
  bool is_real(size_t i) const { return x_[i].element() == ElementType::kReal; }
  int64_t input_elements() const {
    int64_t elements = 0;
    for (const Tensor& input : x_) elements += input.shape().elements();
    return elements;
  }

  // Gradients in the precision T, one vector for each input, for each dy.
  template <typename T>
  std::vector<std::vector<std::vector<double>>> Gradient(
      const std::vector<std::vector<double>>& dy) const {
    Tensors wanted = x_;
    wanted.push_back(dy_);
    wanted.insert(wanted.end(), dx_.begin(), dx_.end());
    Program<T> program(graph_, wanted);
    for (size_t i = 0; i < x_.size(); ++i) {
      Write(program, x_[i], inputs_[i].data);
    }
    std::vector<std::vector<std::vector<double>>> gradients;
    for (const std::vector<double>& one : dy) {
      Write(program, dy_, one);
      program.Run();
      gradients.emplace_back();
      for (const Tensor& d : dx_) gradients.back().push_back(Read(program, d));
    }
    return gradients;
  }

  FiniteDifferences Differences() const { return {x_, inputs_, y_}; }

 private:
  Graph graph_;
  const std::vector<Values> inputs_;
  const Tensors x_;
  const Tensor y_;
  Tensor dy_;
  Tensors dx_;
};

// ∂ y_j / ∂ x_ik for all j, i, k, if there are not too many.
void ExpectJacobianEqualsDifferences(const Recorded& f) {
  const int64_t rows = f.y().shape().elements();
  if (rows * f.input_elements() > 10000) return;
  std::vector<std::vector<double>> unit(rows, std::vector<double>(rows, 0.0));
  for (int64_t j = 0; j < rows; ++j) unit[j][j] = 1;
  const auto jacobian = f.Gradient<double>(unit);
  FiniteDifferences differences = f.Differences();
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

// Σ_j u_j (J v)_j = Σ_ik (Jᵀ u)_ik v_ik for random u and v: all elements in one
// number, however many there are.
void ExpectRandomProductsEqualDifferences(const Recorded& f) {
  const std::vector<double> u = Normal(f.y().shape().elements(), 1);
  const auto gradient = f.Gradient<double>({u})[0];
  FiniteDifferences differences = f.Differences();
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

class OpGradient : public OpTable {
 protected:
  void ForEachSample(const std::function<void(const Sample&)>& check) {
    for (const Sample& sample : GetParam()->samples()) {
      SCOPED_TRACE(sample.name);
      if (IsDifferentiable(*GetParam(), sample)) check(sample);
    }
  }
};

TEST_P(OpGradient, JacobianEqualsFiniteDifferences) {
  ForEachSample([](const Sample& sample) {
    ExpectJacobianEqualsDifferences({sample.record, DrawInputs(sample)});
  });
}

TEST_P(OpGradient, RandomProductsEqualFiniteDifferences) {
  ForEachSample([](const Sample& sample) {
    ExpectRandomProductsEqualDifferences({sample.record, DrawInputs(sample)});
  });
}

// One tensor in the place of two of one type: its gradient is the sum.
TEST_P(OpGradient, OfOneInputInTwoPlaces) {
  ForEachSample([](const Sample& sample) {
    for (size_t b = 1; b < sample.inputs.size(); ++b) {
      for (size_t a = 0; a < b; ++a) {
        Sample twice = sample;
        SampleInput& input = twice.inputs[a];
        const SampleInput& other = sample.inputs[b];
        if (input.shape != other.shape || input.element != other.element) {
          continue;
        }
        input.low = std::max(input.low, other.low);
        input.high = std::min(input.high, other.high);
        input.avoid.insert(input.avoid.end(), other.avoid.begin(),
                           other.avoid.end());
        if (input.low >= input.high) continue;
        twice.inputs.erase(twice.inputs.begin() + b);
        twice.record = [&](const Tensors& x) {
          Tensors all = x;
          all.insert(all.begin() + b, x[a]);
          return sample.record(all);
        };
        ExpectJacobianEqualsDifferences({twice.record, DrawInputs(twice)});
      }
    }
  });
}

// f(x) + f(x) has exactly twice the gradient of f(x).
TEST_P(OpGradient, Accumulates) {
  ForEachSample([](const Sample& sample) {
    // Each call gets the sum of its own contributions first.
    const auto once = [&](const Tensors& x) {
      Tensors own;
      for (const Tensor& input : x) {
        own.push_back(Reshape(input, input.shape().sizes()));
      }
      return sample.record(own);
    };
    const std::vector<Values> inputs = DrawInputs(sample);
    const Recorded f(once, inputs);
    const Recorded two_f([&](const Tensors& x) { return once(x) + once(x); },
                         inputs);
    const std::vector<double> dy = Normal(f.y().shape().elements(), 1);
    auto expected = f.Gradient<double>({dy})[0];
    for (std::vector<double>& input : expected) {
      for (double& element : input) element *= 2;
    }
    EXPECT_EQ(two_f.Gradient<double>({dy})[0], expected);
  });
}

// In units of ε max(1, largest element of that gradient), ε of float: a rule is
// a few roundings, which grow where its terms cancel.
double FloatUnits(const Op& op) {
  // The rounding of 1 − tanh² comes out multiplied by 2x, up to 12.
  return &op == &kMishSlope ? 100 : 8;
}

TEST_P(OpGradient, InFloatEqualsDouble) {
  ForEachSample([this](const Sample& sample) {
    std::vector<Values> inputs = DrawInputs(sample);
    for (Values& input : inputs) RoundToFloat(input.data);
    const Recorded f(sample.record, inputs);
    std::vector<double> dy = Normal(f.y().shape().elements(), 1);
    RoundToFloat(dy);
    const auto expected = f.Gradient<double>({dy})[0];
    const auto actual = f.Gradient<float>({dy})[0];
    for (size_t i = 0; i < expected.size(); ++i) {
      double largest = 1;
      for (double d : expected[i]) largest = std::max(largest, std::abs(d));
      const double tolerance = FloatUnits(*GetParam()) * largest *
                               std::numeric_limits<float>::epsilon();
      for (size_t k = 0; k < expected[i].size(); ++k) {
        EXPECT_NEAR(actual[i][k], expected[i][k], tolerance)
            << "input " << i << " element " << k;
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Ops, OpGradient, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
