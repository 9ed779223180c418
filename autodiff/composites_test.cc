// Functions that are a few ops each, and the reductions with kinks: values
// against plain loops, gradients against finite differences, also beside kinks
// and ties.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/testing/finite_differences.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/oracle.h"
#include "autodiff/testing/program_io.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::Contains;
using testing::Ne;

struct Composite {
  Sample sample;  // `avoid` are its kinks
  std::function<Doubles(const std::vector<Values>&)> oracle;
};

// ---- Oracles ----------------------------------------------------------------

// f of each row of `size` elements, one result after the other.
Doubles ByRow(const Values& x, int64_t size,
              const std::function<Doubles(Doubles row)>& f) {
  Doubles y;
  for (auto row = x.data.begin(); row != x.data.end(); row += size) {
    const Doubles of_row = f({row, row + size});
    y.insert(y.end(), of_row.begin(), of_row.end());
  }
  return y;
}

double SumOf(const Doubles& x) {
  return std::accumulate(x.begin(), x.end(), 0.);
}

Doubles SoftmaxOf(Doubles row) {
  for (double& x : row) x = std::exp(x);
  const double sum = SumOf(row);
  for (double& x : row) x /= sum;
  return row;
}

Doubles OrderOf(const Doubles& row) {
  Doubles order(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](double i, double j) {
    return row[static_cast<size_t>(i)] < row[static_cast<size_t>(j)];
  });
  return order;
}

// Element [i, j, k] of Σ over j of a [2, 3, 2] tensor.
Doubles SumOverTheMiddle(const Values& x) {
  Doubles y(4, 0);
  for (int i = 0; i < 12; ++i) y[i / 6 * 2 + i % 2] += x.data[i];
  return y;
}

// x [4, 2] and z [4, 3] times the rows of a weight [5, 2], plus a bias.
Doubles LinearOf(const std::vector<Values>& in) {
  Doubles y;
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 2; ++j) {
      double sum = in[3].data[j];
      for (int k = 0; k < 5; ++k) {
        const double x =
            k < 2 ? in[0].data[i * 2 + k] : in[1].data[i * 3 + k - 2];
        sum += x * in[2].data[k * 2 + j];
      }
      y.push_back(sum);
    }
  }
  return y;
}

// The same for x [2, 1, 2] and z [3, 3].
Doubles BroadcastLinearOf(const std::vector<Values>& in) {
  Doubles y;
  for (int i = 0; i < 2 * 3 * 2; ++i) {
    const int first = i / 6, second = i / 2 % 3, column = i % 2;
    double sum = in[3].data[column];
    for (int k = 0; k < 5; ++k) {
      const double x =
          k < 2 ? in[0].data[first * 2 + k] : in[1].data[second * 3 + k - 2];
      sum += x * in[2].data[k * 2 + column];
    }
    y.push_back(sum);
  }
  return y;
}

Doubles NormalOf(const std::vector<Values>& in) {
  const TensorType type{Shape{5}};
  const Doubles uniform = kUniform.oracle(
      {.attributes = {{"stream", int64_t{0}}}, .output = type}, in);
  return kNormalFromUniform.oracle({.inputs = {type}, .output = type},
                                   {{type, uniform}});
}

// ---- The table --------------------------------------------------------------

const SampleInput kMatrix{.shape = {3, 4}};
SampleInput Indices(const Shape& shape, double size) {
  return {shape, 0, size, ElementType::kIndex};
}

std::vector<Composite> Table() {
  return {
      {{"Mean", {kMatrix}, [](const Tensors& x) { return Mean(x[0]); }},
       [](const auto& x) { return Doubles{SumOf(x[0].data) / 12}; }},
      {{"MeanOverAnAxis",
        {{{2, 3, 2}}},
        [](const Tensors& x) { return Mean(x[0], {1}, true); }},
       [](const auto& x) {
         Doubles y = SumOverTheMiddle(x[0]);
         for (double& mean : y) mean /= 3;
         return y;
       }},
      {{"Min", {kMatrix}, [](const Tensors& x) { return Min(x[0], {-1}); }},
       [](const auto& x) {
         return ByRow(x[0], 4, [](Doubles row) -> Doubles {
           return {*std::min_element(row.begin(), row.end())};
         });
       }},
      {{"MinOfAll", {kMatrix}, [](const Tensors& x) { return Min(x[0]); }},
       [](const auto& x) {
         return Doubles{*std::min_element(x[0].data.begin(), x[0].data.end())};
       }},
      {{"Max", {kMatrix}, [](const Tensors& x) { return Max(x[0], {1}); }},
       [](const auto& x) {
         return ByRow(x[0], 4, [](Doubles row) -> Doubles {
           return {*std::max_element(row.begin(), row.end())};
         });
       }},
      {{"MaxOfAll",
        {kMatrix},
        [](const Tensors& x) { return Max(x[0], {}, true); }},
       [](const auto& x) {
         return Doubles{*std::max_element(x[0].data.begin(), x[0].data.end())};
       }},
      {{"LogSumExp",
        {{{2, 3, 2}}},
        [](const Tensors& x) { return LogSumExp(x[0], {1}); }},
       [](const auto& x) {
         Values exponentials = x[0];
         for (double& e : exponentials.data) e = std::exp(e);
         Doubles y = SumOverTheMiddle(exponentials);
         for (double& sum : y) sum = std::log(sum);
         return y;
       }},
      {{"Clip",
        {{.shape = {3, 4}, .avoid = {-0.5, 1}}},
        [](const Tensors& x) { return Clip(x[0], -0.5, 1); }},
       [](const auto& x) {
         Doubles y = x[0].data;
         for (double& v : y) v = v < -0.5 ? -0.5 : v > 1 ? 1 : v;
         return y;
       }},
      {{"GroupSoftmax",
        {kMatrix},
        [](const Tensors& x) { return GroupSoftmax(x[0], 2); }},
       [](const auto& x) { return ByRow(x[0], 2, SoftmaxOf); }},
      {{"GroupLogSoftmax",
        {kMatrix},
        [](const Tensors& x) { return GroupLogSoftmax(x[0], 2); }},
       [](const auto& x) {
         Doubles y = ByRow(x[0], 2, SoftmaxOf);
         for (double& p : y) p = std::log(p);
         return y;
       }},
      {{"Pad", {kMatrix}, [](const Tensors& x) { return Pad(x[0], -1, 2, 1); }},
       [](const auto& x) {
         return ByRow(x[0], 4, [](Doubles row) {
           row.insert(row.begin(), 2, 0);
           row.push_back(0);
           return row;
         });
       }},
      {{"Pack",
        {{{2}}, {{1, 3}}},
        [](const Tensors& x) {
          return Pack({x[0], x[1]}, {1, 4}, 8);
        }},
       [](const auto& x) {
         const Doubles &a = x[0].data, &b = x[1].data;
         return Doubles{0, a[0], a[1], 0, b[0], b[1], b[2], 0};
       }},
      {{"Linear",
        {{{4, 2}}, {{4, 3}}, {{5, 2}}, {{2}}},
        [](const Tensors& x) {
          return Linear({x[0], x[1]}, x[2], x[3]);
        }},
       LinearOf},
      {{"LinearOfBroadcastInputs",
        {{{2, 1, 2}}, {{3, 3}}, {{5, 2}}, {{2}}},
        [](const Tensors& x) {
          return Linear({x[0], x[1]}, x[2], x[3]);
        }},
       BroadcastLinearOf},
      {{"Take",
        {kMatrix, Indices({3, 2}, 4)},
        [](const Tensors& x) { return Take(x[0], x[1]); }},
       [](const auto& x) {
         Doubles y;
         for (int i = 0; i < 6; ++i) {
           y.push_back(x[0].data[i / 2 * 4 + static_cast<int>(x[1].data[i])]);
         }
         return y;
       }},
      {{"PutAdd",
        {kMatrix, Indices({3, 4}, 5)},
        [](const Tensors& x) { return PutAdd(x[0], x[1], 5); }},
       [](const auto& x) {
         Doubles y(15, 0);
         for (int i = 0; i < 12; ++i) {
           y[i / 4 * 5 + static_cast<int>(x[1].data[i])] += x[0].data[i];
         }
         return y;
       }},
      {{"OneHot",
        {Indices({2, 3}, 4)},
        [](const Tensors& x) { return OneHot(x[0], 4); }},
       [](const auto& x) {
         Doubles y(24, 0);
         for (int i = 0; i < 6; ++i) {
           y[i * 4 + static_cast<int>(x[0].data[i])] = 1;
         }
         return y;
       }},
      {{"ArgSort", {kMatrix}, [](const Tensors& x) { return ArgSort(x[0]); }},
       [](const auto& x) { return ByRow(x[0], 4, OrderOf); }},
      {{"Sort", {kMatrix}, [](const Tensors& x) { return Sort(x[0]); }},
       [](const auto& x) {
         return ByRow(x[0], 4, [](Doubles row) {
           std::sort(row.begin(), row.end());
           return row;
         });
       }},
      {{"ArgMax", {kMatrix}, [](const Tensors& x) { return ArgMax(x[0]); }},
       [](const auto& x) {
         return ByRow(x[0], 4, [](const Doubles& row) {
           return Doubles{OrderOf(row).back()};
         });
       }},
      {{"Normal",
        {Indices({4}, 1000)},
        [](const Tensors& x) { return Normal(x[0], {5}); }},
       NormalOf},
  };
}

// ---- The tests --------------------------------------------------------------

class Composites : public testing::TestWithParam<Composite> {
 protected:
  // Recorded at other values of its inputs.
  RecordedGradients At(const std::vector<Values>& values) const {
    return {GetParam().sample.record, values};
  }
  std::vector<Values> Drawn() const { return DrawInputs(GetParam().sample); }

  bool IsDifferentiable() const {
    Graph graph;
    const Tensors x = DeclareInputs(graph, Drawn());
    return x[0].element() == ElementType::kReal &&
           GetParam().sample.record(x).element() == ElementType::kReal;
  }

  template <typename T>
  double ErrorOfValue() const {
    const std::vector<Values> drawn = Drawn();
    Graph graph;
    const Tensors x = DeclareInputs(graph, drawn);
    const Tensor y = GetParam().sample.record(x);
    Tensors wanted = x;
    wanted.push_back(y);
    Program<T> program(graph, wanted);
    std::vector<Values> inputs;
    for (size_t i = 0; i < x.size(); ++i) {
      Write(program, x[i], drawn[i].data);
      inputs.push_back({x[i].node().type, Read(program, x[i])});
    }
    program.Run();
    return ErrorInUnits({.output = y.node().type}, inputs, Read(program, y),
                        GetParam().oracle(inputs),
                        std::numeric_limits<T>::epsilon());
  }
};

TEST_P(Composites, EqualPlainLoops) {
  EXPECT_LE(ErrorOfValue<double>(), 3);
  EXPECT_LE(ErrorOfValue<float>(), 3);
}

TEST_P(Composites, GradientEqualsFiniteDifferences) {
  if (!IsDifferentiable()) return;
  const RecordedGradients f = At(Drawn());
  ExpectJacobianEqualsDifferences(f);
  // Differences do not see a StopGradient too many.
  const auto gradient =
      f.Gradient<double>({Normal(f.y().shape().elements(), 1)})[0];
  EXPECT_THAT(gradient[0], Contains(Ne(0)));
}

constexpr double kBeside = 1e-9;  // from a kink

// One element after the other comes close to the kink and moves away from it.
TEST_P(Composites, GradientOnBothSidesOfKinks) {
  for (const double point : GetParam().sample.inputs[0].avoid) {
    for (const double sign : {-1.0, 1.0}) {
      std::vector<Values> values = Drawn();
      for (size_t k = 0; k < values[0].data.size(); ++k) {
        Direction direction(values.size());
        direction[0].assign(values[0].data.size(), 0.0);
        direction[0][k] = sign;
        values[0].data[k] = point + sign * kBeside;
        ExpectDerivativesFromOneSide(At(values), {direction});
      }
    }
  }
}

// All elements are equal but one, which is nearly so and moves away.
TEST_P(Composites, GradientBesideTies) {
  if (!IsDifferentiable()) return;
  for (const double sign : {-1.0, 1.0}) {
    std::vector<Values> tied = Drawn();
    std::fill(tied[0].data.begin(), tied[0].data.end(), 0.25);
    for (size_t k = 0; k < tied[0].data.size(); ++k) {
      std::vector<Values> values = tied;
      values[0].data[k] += sign * kBeside;
      Direction direction(values.size());
      direction[0].assign(values[0].data.size(), 0.0);
      direction[0][k] = sign;
      ExpectDerivativesFromOneSide(At(values), {direction});
    }
  }
}

// Equal elements that move together stay tied: what they share of the gradient
// adds up to the derivative.
TEST_P(Composites, GradientAtTies) {
  if (!IsDifferentiable()) return;
  std::vector<Values> tied = Drawn();
  std::fill(tied[0].data.begin(), tied[0].data.end(), 0.25);
  for (const double sign : {-1.0, 1.0}) {
    Direction together(tied.size());
    together[0].assign(tied[0].data.size(), sign);
    ExpectDerivativesFromOneSide(At(tied), {together});
  }
}

INSTANTIATE_TEST_SUITE_P(All, Composites, testing::ValuesIn(Table()),
                         [](const auto& test) {
                           return test.param.sample.name;
                         });

}  // namespace
}  // namespace autodiff
