// The checker must pass right gradients and catch wrong ones. The wrong ones
// come from ops of this test, whose rules have the mistakes people make.

#include "autodiff/testing/check_gradients.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

Values Reals(Shape shape, std::vector<double> data) {
  return {{std::move(shape)}, std::move(data)};
}
Values Indices(Shape shape, std::vector<double> data) {
  return {{std::move(shape), ElementType::kIndex}, std::move(data)};
}

// A right op with another gradient rule.
using GradientRule = Tensors (*)(const Tensor&, const Tensors&, const Tensor&);
Op WithGradient(Op op, GradientRule gradient) {
  op.gradient = gradient;
  return op;
}

// Its gradient has the wrong sign.
const Op& WrongExp() {
  static const Op wrong = WithGradient(
      kExp, [](const Tensor& y, const Tensors&, const Tensor& dy) -> Tensors {
        return {-(y * dy)};
      });
  return wrong;
}

// ---- Right gradients --------------------------------------------------------

TEST(CheckGradients, PassesASmoothFunction) {
  const auto f = [](const Tensors& x) {
    return Softmax(MatMul(Exp(x[0]), x[1])) / Sum(Square(x[1]));
  };
  const GradientReport report =
      CheckGradients(f, {Reals({2, 3}, {0.1, -1, 0.4, 0.7, 0, -0.3}),
                         Reals({3, 2}, {1, -0.5, 0.3, 0.8, -1, 0.2})});
  EXPECT_LT(report.worst_error, 1e-10) << report.worst_element;
}

// x⁵ at large x has a sixth derivative of zero: the difference of fourth order
// errs by h⁴ f⁽⁵⁾ / 30, relatively 4e-12 / x⁴.
TEST(CheckGradients, HasTheAccuracyOfItsFormula) {
  const auto f = [](const Tensors& x) { return Square(Square(x[0])) * x[0]; };
  const GradientReport report = CheckGradients(f, {Reals({}, {10})});
  EXPECT_LT(report.worst_error, 1e-9);
}

TEST(CheckGradients, PassesAnInputThatIsNotRead) {
  const auto f = [](const Tensors& x) { return Exp(x[1]); };
  const GradientReport report =
      CheckGradients(f, {Reals({2}, {1, 2}), Reals({}, {0.5})});
  EXPECT_LT(report.worst_error, 1e-11);
}

TEST(CheckGradients, PassesIndicesThrough) {
  const auto f = [](const Tensors& x) { return Square(Gather(x[0], x[1])); };
  const GradientReport report =
      CheckGradients(f, {Reals({3}, {1, 2, 3}), Indices({4}, {2, 0, 2, 2})});
  EXPECT_LT(report.worst_error, 1e-10) << report.worst_element;
}

TEST(CheckGradients, OfNothingIsPerfect) {
  const auto f = [](const Tensors& x) { return Exp(x[0]); };
  const GradientReport report = CheckGradients(f, {Reals({0, 3}, {})});
  EXPECT_EQ(report.worst_error, 0);
  EXPECT_THAT(report.worst_element, IsEmpty());
}

// ---- Large inputs: random directions ----------------------------------------

Values ManyReals() {
  std::vector<double> data;
  for (int i = 0; i < 5000; ++i) data.push_back(std::sin(i));
  return Reals({50, 100}, data);
}

TEST(CheckGradients, PassesALargeInput) {
  const auto f = [](const Tensors& x) { return Exp(x[0]) * Sum(x[0]); };
  const GradientReport report = CheckGradients(f, {ManyReals()});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_GT(report.worst_error, 0) << "nothing was compared";
}

TEST(CheckGradients, CatchesOneWrongElementAmongMany) {
  static const Op wrong = WithGradient(
      kNegate, [](const Tensor&, const Tensors& x, const Tensor& dy) {
        std::vector<double> factor(x[0].shape().elements(), -1);
        factor[4321] = -1.1;
        return Tensors{dy * x[0].graph().Constant(factor, x[0].shape())};
      });
  const auto f = [](const Tensors& x) {
    return Exp(x[1]) + Record(wrong, {x[0]});
  };
  const GradientReport report =
      CheckGradients(f, {ManyReals(), Reals({}, {1})});
  EXPECT_GT(report.worst_error, 1e-4);
  EXPECT_THAT(report.worst_element, StartsWith("input 0, direction "));
}

// ---- Stopped gradients ------------------------------------------------------

// d (x · stop(x²)) = x², where plain differences would find 3x².
TEST(CheckGradients, FreezesStoppedTensors) {
  const auto f = [](const Tensors& x) {
    return x[0] * StopGradient(Square(x[0]));
  };
  const GradientReport report = CheckGradients(f, {Reals({2}, {2, -3})});
  EXPECT_LT(report.worst_error, 1e-10) << report.worst_element;
}

TEST(CheckGradients, FreezesNestedStoppedTensors) {
  const auto f = [](const Tensors& x) {
    const Tensor inner = StopGradient(Exp(x[0]));
    return x[0] * inner + StopGradient(x[0] * inner) * x[0];
  };
  const GradientReport report = CheckGradients(f, {Reals({2}, {0.5, -1})});
  EXPECT_LT(report.worst_error, 1e-10) << report.worst_element;
}

// A stopped index keeps its value as well: here the drawn category, which
// jumps when x is perturbed.
TEST(CheckGradients, FreezesStoppedIndices) {
  const auto f = [](const Tensors& x) {
    // Cumulative sums 0.5, 1: a uniform of 0.5 draws 1, and draws 0 as soon as
    // the first probability grows.
    const Tensor index = StopGradient(Categorical(x[0], x[1]));
    return Square(Take(x[0], index));
  };
  const GradientReport report =
      CheckGradients(f, {Reals({2}, {0.5, 0.5}), Reals({1}, {0.5})});
  EXPECT_LT(report.worst_error, 1e-10) << report.worst_element;
}

// ---- Wrong gradients --------------------------------------------------------

TEST(CheckGradients, CatchesAWrongSign) {
  const auto f = [](const Tensors& x) { return Record(WrongExp(), {x[0]}); };
  EXPECT_GT(CheckGradients(f, {Reals({2}, {0.1, 0.2})}).worst_error, 0.5);
}

TEST(CheckGradients, CatchesAMissingTerm) {
  static const Op wrong = WithGradient(
      kMultiply,
      [](const Tensor&, const Tensors& x, const Tensor& dy) -> Tensors {
        return {dy * x[1], Tensor()};
      });
  const auto f = [](const Tensors& x) { return Record(wrong, {x[0], x[1]}); };
  const GradientReport report =
      CheckGradients(f, {Reals({2}, {3, 4}), Reals({2}, {1, 1})});
  EXPECT_GT(report.worst_error, 0.5);
  EXPECT_THAT(report.worst_element, StartsWith("input 1[0]: "));
}

// y = a + b with b repeated over rows: db without the sum over them has the
// right shape only by accident, here from one row.
TEST(CheckGradients, CatchesAMissingBroadcastSum) {
  static const Op wrong = WithGradient(
      kAdd, [](const Tensor&, const Tensors& x, const Tensor& dy) -> Tensors {
        const Tensor row = View(Reshape(dy, {-1}), 0, x[1].shape());
        return {dy, row};
      });
  const auto f = [](const Tensors& x) { return Record(wrong, {x[0], x[1]}); };
  const GradientReport report =
      CheckGradients(f, {Reals({2, 2}, {1, 2, 3, 4}), Reals({2}, {0.5, 0.25})});
  EXPECT_GT(report.worst_error, 0.1);
  EXPECT_THAT(report.worst_element, StartsWith("input 1"));
}

// Elements swapped: with equal weights on all outputs nobody would see it.
TEST(CheckGradients, CatchesAPermutation) {
  static const Op wrong = WithGradient(
      kTranspose, [](const Tensor&, const Tensors& x, const Tensor& dy) {
        return Tensors{Reshape(dy, x[0].shape().sizes())};
      });
  const auto f = [](const Tensors& x) {
    return Record(wrong, {x[0]}, {{"order", std::vector<int64_t>{1, 0}}});
  };
  EXPECT_GT(CheckGradients(f, {Reals({2, 2}, {1, 2, 3, 4})}).worst_error, 0.1);
}

TEST(CheckGradients, CatchesAWrongFactorInOneElement) {
  static const Op wrong = WithGradient(
      kNegate, [](const Tensor&, const Tensors& x, const Tensor& dy) {
        const Tensor factor = x[0].graph().Constant({-1, -1, -1.001, -1}, {4});
        return Tensors{dy * factor};
      });
  const auto f = [](const Tensors& x) { return Record(wrong, {x[0]}); };
  const GradientReport report = CheckGradients(f, {Reals({4}, {1, 2, 3, 4})});
  EXPECT_GT(report.worst_error, 1e-4);
  EXPECT_THAT(report.worst_element, StartsWith("input 0[2]: gradient"));
}

TEST(CheckGradients, CatchesNaNGradients) {
  static const Op wrong = WithGradient(
      kSquare, [](const Tensor&, const Tensors& x, const Tensor& dy) {
        return Tensors{2 * x[0] * dy * (x[0] / x[0])};  // NaN at 0 only
      });
  const auto f = [](const Tensors& x) { return Record(wrong, {x[0]}); };
  const GradientReport report = CheckGradients(f, {Reals({3}, {1, 0, 2})});
  EXPECT_EQ(report.worst_error, std::numeric_limits<double>::infinity());
  EXPECT_THAT(report.worst_element,
              AllOf(StartsWith("input 0[1]: "), HasSubstr("nan")));
}

TEST(CheckGradients, CatchesNaNValues) {
  const auto f = [](const Tensors& x) { return Log(x[0]); };
  EXPECT_EQ(CheckGradients(f, {Reals({}, {-1})}).worst_error,
            std::numeric_limits<double>::infinity());
}

TEST(CheckGradients, NamesTheWorstElementWithBothNumbers) {
  static const Op wrong = WithGradient(
      kSquare, [](const Tensor&, const Tensors& x, const Tensor& dy) {
        return Tensors{x[0] * dy};  // half of the gradient
      });
  const auto f = [](const Tensors& x) {
    return Sum(Record(wrong, {x[1]})) + Sum(x[0]);
  };
  const GradientReport report =
      CheckGradients(f, {Reals({2}, {1, 1}), Reals({3}, {1, -8, 2})});
  EXPECT_THAT(report.worst_element,
              StartsWith("input 1[1]: gradient -8, finite difference -16"));
}

TEST(CheckGradients, NamesInputsAsTheFunctionDoes) {
  const auto f = [](const Tensors& x) {
    return Record(WrongExp(), {x[0].Named("weights")});
  };
  EXPECT_THAT(CheckGradients(f, {Reals({1, 1}, {1})}).worst_element,
              StartsWith("weights[0, 0]: gradient -2.718"));
}

TEST(CheckGradients, GivesThePositionOnEveryAxis) {
  const auto f = [](const Tensors& x) {
    return Record(WrongExp(), {View(Reshape(x[0], {6}), 5, {1})});
  };
  EXPECT_THAT(
      CheckGradients(f, {Reals({2, 3}, {1, 2, 3, 4, 5, 6})}).worst_element,
      StartsWith("input 0[1, 2]: "));
}

// ---- Who is to blame --------------------------------------------------------

// The wrong rule stands between right ones, far from the input whose gradient
// is wrong.
TEST(CheckGradients, NamesTheOpWithTheWrongRuleAndItsLine) {
  int line = 0;
  const auto f = [&](const Tensors& x) {
    const Tensor hidden = Tanh(MatMul(x[0], x[1]));
    line = __LINE__ + 1;
    const Tensor wrong = Record(WrongExp(), {hidden}).Named("hidden exp");
    return Mean(Square(wrong) + hidden);
  };
  const GradientReport report =
      CheckGradients(f, {Reals({1, 2}, {0.1, 0.2}), Reals({2, 1}, {1, 2})});
  EXPECT_GT(report.worst_error, 0.1);
  EXPECT_THAT(report.worst_element, HasSubstr("by the gradient rule of"));
  EXPECT_THAT(report.worst_element, HasSubstr("exp 'hidden exp'"));
  EXPECT_THAT(report.worst_element,
              HasSubstr(absl::StrCat("check_gradients_test.cc:", line)));
  EXPECT_THAT(report.worst_element, Not(HasSubstr("matmul")));
}

TEST(CheckGradients, NamesTheFirstNaN) {
  const auto f = [](const Tensors& x) { return Exp(Sum(Log(x[0]) * 2)); };
  EXPECT_THAT(CheckGradients(f, {Reals({2}, {1, -1})}).worst_element,
              HasSubstr("the value of log %"));
}

TEST(CheckGradients, BlamesNobodyForRoundingErrors) {
  const auto f = [](const Tensors& x) { return Exp(x[0]); };
  const GradientReport report = CheckGradients(f, {Reals({}, {1})});
  EXPECT_THAT(report.worst_element, Not(HasSubstr("by the gradient rule")));
}

// ---- What StopGradient should have cut off ----------------------------------

// A loss like that of temporal differences, whose target must stand still.
GradientReport CheckTarget(const std::function<Tensor(const Tensor&)>& stop) {
  const auto f = [&](const Tensors& x) {
    const Tensor target = stop(0.9 * Tanh(x[1].Named("target network")));
    return Mean(Square(x[0] - target));
  };
  return CheckGradients(f, {Reals({2}, {1, 2}), Reals({2}, {0.3, 0.4})});
}

TEST(CheckGradients, ListsInputsBehindStopGradient) {
  const GradientReport report =
      CheckTarget([](const Tensor& x) { return StopGradient(x); });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_THAT(report.without_gradient, ElementsAre("target network"));
}

TEST(CheckGradients, ShowsAMissingStopGradient) {
  const GradientReport report = CheckTarget([](const Tensor& x) { return x; });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_THAT(report.without_gradient, IsEmpty());
}

// A rule that gives no gradient cuts the graph as StopGradient does, but is
// none.
TEST(CheckGradients, CatchesACutWithoutStopGradient) {
  static const Op wrong = WithGradient(
      kExp, [](const Tensor&, const Tensors&, const Tensor&) -> Tensors {
        return {Tensor()};
      });
  const auto f = [](const Tensors& x) { return Record(wrong, {x[0]}); };
  const GradientReport report = CheckGradients(f, {Reals({}, {1})});
  EXPECT_GT(report.worst_error, 0.5);
  EXPECT_THAT(report.without_gradient, ElementsAre("input 0"));
}

// ---- Losses of parameters and random numbers --------------------------------

// A small network on noisy inputs, whose second layer a test records.
struct NoisyNet {
  Graph graph;
  Tensor random = RandomState(graph, "random");
  Tensor x = graph.Input("x", {4, 2});
  ParameterGroup group = ParameterGroup(graph, "model");
  Tensor w1 = group.Add("w1", {2, 3}), w2 = group.Add("w2", {3, 1});

  GradientReport Check(const std::function<Tensor(Tensor)>& layer) {
    const Tensor noisy = x + 0.1 * Normal(random, {4, 2});
    const Tensor kept = Less(Uniform(random, {4, 3}), 0.8);
    const Tensor loss =
        Mean(Square(MatMul(layer(MatMul(noisy, w1)) * kept, w2)));
    State<double> state(graph);
    SeedRandomState(state.Indices(random), 7);
    for (size_t i = 0; i < state.Reals(group.flat()).size(); ++i) {
      state.Reals(group.flat())[i] = std::sin(1 + i);
    }
    const std::vector<double> before(state.Reals(group.flat()).begin(),
                                     state.Reals(group.flat()).end());
    const GradientReport report = CheckGradients(
        loss, group.parameters(), state, {{x, {1, 2, 3, 4, -1, -2, -3, -4}}});
    EXPECT_THAT(state.Reals(group.flat()), ElementsAreArray(before));
    EXPECT_THAT(state.Indices(random), ElementsAre(7, 0, 0, 0));
    return report;
  }
};

TEST(CheckGradientsOfParameters, PassesALossWithNoise) {
  NoisyNet net;
  const GradientReport report = net.Check([](Tensor h) { return Tanh(h); });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_GT(report.worst_error, 0) << "nothing was compared";
  EXPECT_THAT(report.without_gradient, IsEmpty());
}

// Half of the gradient for one column of the hidden layer: w1 is wrong, w2 not.
TEST(CheckGradientsOfParameters, NamesTheParameterItsElementAndTheOp) {
  static const Op wrong = WithGradient(
      kTanh, [](const Tensor& y, const Tensors&, const Tensor& dy) -> Tensors {
        return {(1 - Square(y)) * dy * y.graph().Constant({1, 1, 0.5}, {3})};
      });
  NoisyNet net;
  const GradientReport report =
      net.Check([](Tensor h) { return Record(wrong, {h}); });
  EXPECT_GT(report.worst_error, 1e-3);
  EXPECT_THAT(report.worst_element,
              MatchesRegex("w1\\[., 2\\]: gradient .*; by the gradient rule of "
                           "tanh %.*"));
}

TEST(CheckGradientsOfParameters, ListsThoseWithoutGradient) {
  NoisyNet net;
  const GradientReport report =
      net.Check([](Tensor h) { return StopGradient(h); });
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
  EXPECT_THAT(report.without_gradient, ElementsAre("w1"));
}

TEST(CheckGradientsOfParameters, RefusesWhatItCannotCheck) {
  Graph graph;
  const Tensor w = graph.Variable("w", {2});
  const Tensor updated = graph.Assign(w, w * 2);
  State<double> state(graph);
  ExpectFail([&] { CheckGradients(Sum(updated), {w}, state); },
             {"leaves the state as it is, but it reads assign %"});
  ExpectFail([&] { CheckGradients(Sum(w), {}, state); },
             {"CheckGradients has no tensor to check"});
}

}  // namespace
}  // namespace autodiff
