// Gradients against derivatives worked out by hand, and which nodes they are.

#include "autodiff/gradients.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pointwise;

std::string Line(int line) { return absl::StrCat(__FILE__, ":", line); }

// ---- Values -----------------------------------------------------------------

// f = x² y + e^y:  ∂f/∂x = 2xy,  ∂f/∂y = x² + e^y.
TEST(Gradients, OfTwoNumbers) {
  Graph graph;
  const Tensor x = graph.Input("x", {}), y = graph.Input("y", {});
  const Tensors d = Gradients(Square(x) * y + Exp(y), {x, y});
  const Inputs at = {{x, {3}}, {y, {0.5}}};
  EXPECT_THAT(Evaluate(d[0], at), ElementsAre(3));
  EXPECT_THAT(Evaluate(d[1], at), ElementsAre(9 + std::exp(0.5)));
}

// f = ½ ‖A w − b‖²:  ∂f/∂w = Aᵀ (A w − b),  ∂f/∂b = −(A w − b).
TEST(Gradients, OfLeastSquares) {
  Graph graph;
  const Tensor a = graph.Constant({1, 2, 3, 4, 5, 6}, {3, 2});
  const Tensor w = graph.Input("w", {2, 1}), b = graph.Input("b", {3, 1});
  const Tensors d = Gradients(0.5 * Sum(Square(MatMul(a, w) - b)), {w, b});
  const Inputs at = {{w, {1, -1}}, {b, {0, 1, 0}}};  // A w − b = −1, −2, −1
  EXPECT_THAT(Evaluate(d[0], at), ElementsAre(-1 - 6 - 5, -2 - 8 - 6));
  EXPECT_THAT(Evaluate(d[1], at), ElementsAre(1, 2, 1));
}

// f = log Σ exp x:  ∂f/∂x = softmax x =: p,  and the gradient of v·p, the
// Hessian (diag p − p pᵀ) times v.
TEST(Gradients, OfLogSumExpTwice) {
  Graph graph;
  const Tensor x = graph.Input("x", {3});
  const Tensor v = graph.Constant({1, 0, -2}, {3});
  const Tensor p = Gradients(Log(Sum(Exp(x))), {x})[0];
  const Tensor hessian_v = Gradients(Sum(v * p), {x})[0];
  // At x = log (1, 2, 5), p = (1, 2, 5) / 8 and v·p = −9/8.
  const Inputs at = {{x, {0, std::log(2), std::log(5)}}};
  EXPECT_THAT(Evaluate(p, at),
              Pointwise(DoubleNear(1e-15), {0.125, 0.25, 0.625}));
  EXPECT_THAT(Evaluate(hessian_v, at),
              Pointwise(DoubleNear(1e-15), {(1 + 9. / 8) / 8, (9. / 8) * 2 / 8,
                                            (-2 + 9. / 8) * 5 / 8}));
}

// x⁴:  4x³,  12x²,  24x,  24,  0.
TEST(Gradients, OfGradientsUpToTheFifthOrder) {
  Graph graph;
  const Tensor x = graph.Input("x", {});
  Tensor f = Square(Square(x));
  for (const double expected : {4 * 27., 12 * 9., 24 * 3., 24., 0.}) {
    f = Gradients(f, {x})[0];
    EXPECT_THAT(Evaluate(f, {{x, {3}}}), ElementsAre(expected));
  }
}

// f = e^{xy}:  ∂²f/∂x∂y = (1 + xy) e^{xy},  ∂³f/∂x²∂y = (2y + xy²) e^{xy}.
TEST(Gradients, OfMixedThirdOrder) {
  Graph graph;
  const Tensor x = graph.Input("x", {}), y = graph.Input("y", {});
  const Tensor fy = Gradients(Exp(x * y), {y})[0];
  const Tensor fyx = Gradients(fy, {x})[0];
  const Tensor fyxx = Gradients(fyx, {x})[0];
  const Inputs at = {{x, {0.5}}, {y, {2}}};
  EXPECT_NEAR(Evaluate(fyx, at)[0], 2 * std::exp(1), 1e-14);
  EXPECT_NEAR(Evaluate(fyxx, at)[0], 6 * std::exp(1), 1e-14);
}

// x used six times: f = Σ x³ + x·x − x + 5x,  f' = 3x² + 2x + 4.
TEST(Gradients, AddUpOverAllUses) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor f = Sum(x * x * x + Multiply(x, x) - x + 5 * x);
  const Tensor d = Gradients(f, {x})[0];
  EXPECT_THAT(Evaluate(d, {{x, {2, -1}}}), ElementsAre(12 + 4 + 4, 3 - 2 + 4));
}

// A diamond in which one path is longer: h = x², f = h·e^h·x.
TEST(Gradients, WaitForAllUsesOfANode) {
  Graph graph;
  const Tensor x = graph.Input("x", {});
  const Tensor h = Square(x);
  const Tensors d = Gradients(h * Exp(h) * x, {x, h});
  const Inputs at = {{x, {1}}};
  // f = x³ e^{x²}:  f' = (3x² + 2x⁴) e^{x²};  ∂f/∂h = (1 + h) e^h x.
  EXPECT_NEAR(Evaluate(d[0], at)[0], 5 * std::exp(1), 1e-14);
  EXPECT_NEAR(Evaluate(d[1], at)[0], 2 * std::exp(1), 1e-14);
}

TEST(Gradients, OfTheLossItselfIsOne) {
  Graph graph;
  const Tensor x = graph.Input("x", {1, 1});
  const Tensor d = Gradients(x, {x})[0];
  EXPECT_EQ(d.shape(), x.shape());
  EXPECT_THAT(Evaluate(d), ElementsAre(1));
}

TEST(Gradients, AreZeroWhereTheLossDoesNotReach) {
  Graph graph;
  const Tensor x = graph.Input("x", {2}),
               unused = graph.Input("unused", {3, 1});
  const Tensor stopped = graph.Input("stopped", {2});
  const Tensor loss = Sum(x * StopGradient(stopped));
  const Tensor later = graph.Input("later", {4});
  const Tensors d = Gradients(loss, {unused, x, later, stopped});
  EXPECT_EQ(d[0].shape(), unused.shape());
  EXPECT_THAT(Evaluate(d[0]), ElementsAre(0, 0, 0));
  EXPECT_EQ(d[2].shape(), later.shape());
  EXPECT_THAT(Evaluate(d[2]), Each(0));
  EXPECT_EQ(d[3].shape(), stopped.shape());
  EXPECT_THAT(Evaluate(d[3]), Each(0));
  EXPECT_THAT(Evaluate(d[1], {{stopped, {5, 6}}}), ElementsAre(5, 6));
}

// An assigned version is its value: what reads it passes the gradient on, and
// nothing goes to the version it overwrites.
TEST(Gradients, GoThroughAssign) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor v = graph.Variable("v", {2});
  const Tensor w = graph.Assign(v, 3 * x);
  const Tensors d = Gradients(Sum(Square(w)), {x, v, w});
  State<double> state(graph);
  const Inputs at = {{x, {1, -2}}};
  // The value of w survives the run in the state, so each is asked with w.
  EXPECT_THAT(Evaluate({d[0], w}, at, &state)[0], ElementsAre(18, -36));
  EXPECT_THAT(Evaluate({d[1], w}, at, &state)[0], ElementsAre(0, 0));
  EXPECT_THAT(Evaluate({d[2], w}, at, &state)[0], ElementsAre(6, -12));
}

// Along random directions v, v·∇f is the derivative of f(θ + s v) at s = 0:
// one number checks all elements of a network that is too large to perturb one
// by one.
TEST(Gradients, OfANetworkAlongRandomDirections) {
  Graph graph;
  const Tensor random = graph.Constant({1, 2, 3, 4}, {4}, ElementType::kIndex);
  const auto noise = [&](const Shape& shape) {
    return Uniform(random, shape) - 0.5;
  };
  const Tensor step = graph.Input("s", {});
  Tensors theta, direction;
  for (const Shape& shape :
       {Shape{50, 37}, Shape{37, 65}, Shape{65}, Shape{65, 11}, Shape{11, 1}}) {
    direction.push_back(noise(shape));
    theta.push_back(noise(shape) + step * direction.back());
  }
  const Tensor index =
      graph.Constant({3, 49, 3, 0, 17, 8, 2, 2}, {8}, ElementType::kIndex);
  const Tensor x = Gather(theta[0], index);
  const Tensor h = Sqrt(1 + Square(MatMul(x, theta[1]) + theta[2]));
  const Tensor logits = MatMul(h, theta[3]);
  const Tensor value = MatMul(Softmax(logits), theta[4]);
  const Tensor f =
      Mean(Square(value - 1)) - 0.1 * Mean(LogSoftmax(Transpose(logits)));
  Tensor along = graph.Constant({0});
  const Tensors d = Gradients(f, theta);
  for (size_t i = 0; i < d.size(); ++i)
    along = along + Sum(d[i] * direction[i]);

  const auto at = [&](double s) { return Evaluate(f, {{step, {s}}})[0]; };
  constexpr double kStep = 1e-3;
  const double difference =
      (8 * (at(kStep) - at(-kStep)) - (at(2 * kStep) - at(-2 * kStep))) /
      (12 * kStep);
  EXPECT_GT(std::abs(difference), 1e-3);
  EXPECT_NEAR(Evaluate(along, {{step, {0}}})[0], difference, 1e-10);
  EXPECT_NEAR(Evaluate(Gradients(f, {step})[0], {{step, {0}}})[0], difference,
              1e-10);
}

// SumToShape undoes broadcasting along new axes, axes of size 1, and both.
TEST(SumToShape, SumsOverRepeatedAxes) {
  Graph graph;
  const Tensor x = graph.Constant({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(SumToShape(x, {2, 3}), x);
  EXPECT_THAT(Evaluate(SumToShape(x, {3})), ElementsAre(5, 7, 9));
  EXPECT_THAT(Evaluate(SumToShape(x, {1, 3})), ElementsAre(5, 7, 9));
  EXPECT_THAT(Evaluate(SumToShape(x, {2, 1})), ElementsAre(6, 15));
  EXPECT_THAT(Evaluate(SumToShape(x, {1})), ElementsAre(21));
  EXPECT_THAT(Evaluate(SumToShape(x, {})), ElementsAre(21));
  EXPECT_EQ(SumToShape(x, {1, 3}).shape(), (Shape{1, 3}));
}

// ---- Nodes ------------------------------------------------------------------

TEST(GradientNodes, CarryTheLineAndTheIdOfTheirForwardNode) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 2});
  const int line = __LINE__;
  const Tensor y = MatMul(x, x);
  const Tensor z = Exp(y);
  const Tensor loss = Sum(z);
  const int first = graph.size();
  const Tensor dx = Gradients(loss, {x})[0];
  for (int id = first; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (id == first) {  // d loss / d loss: the caller of Gradients is its line
      EXPECT_EQ(LineOf(node.where), Line(line + 5));
      continue;
    }
    ASSERT_GE(node.gradient_of, y.id());
    EXPECT_EQ(LineOf(node.where), Line(line + 1 + node.gradient_of - y.id()))
        << id;
  }
  EXPECT_EQ(dx.node().gradient_of, y.id());
  // Recording goes on as before.
  EXPECT_EQ((dx + dx).node().gradient_of, -1);
}

TEST(GradientNodes, OfSecondOrderNameTheGradientNodeTheyComeFrom) {
  Graph graph;
  const Tensor x = graph.Input("x", {});
  const int line = __LINE__ + 1;
  const Tensor y = Exp(x);
  const Tensor dx = Gradients(y, {x})[0];  // 1 · y, recorded for y
  const Tensor ddx = Gradients(dx, {x})[0];
  ASSERT_EQ(dx.node().gradient_of, y.id());
  bool found = false;
  for (int id = dx.id() + 1; id <= ddx.id(); ++id) {
    if (graph.node(id).gradient_of != dx.id()) continue;
    found = true;
    EXPECT_EQ(LineOf(graph.node(id).where), Line(line));
  }
  EXPECT_TRUE(found);
}

TEST(GradientNodes, OfUnreachedTensorsCarryTheCallersLine) {
  Graph graph;
  const Tensor x = graph.Input("x", {}), y = graph.Input("y", {});
  const int line = __LINE__ + 1;
  const Tensor dy = Gradients(Exp(x), {y})[0];
  EXPECT_EQ(LineOf(dy.node().where), Line(line));
}

TEST(GradientNodes, ThatNobodyAskedForAreNotInTheProgram) {
  Graph graph;
  const Tensor x = graph.Input("x", {3, 4}), w = graph.Input("w", {4, 2});
  const Tensor loss = Sum(Square(MatMul(x, w)));
  const Tensors d = Gradients(loss, {x, w});
  EXPECT_THAT(Program<float>(graph, {loss}).ToText(),
              Not(HasSubstr("gradient of")));
  // One product forward and one for dw, xᵀ dy; that for dx is not there.
  const std::string text = Program<float>(graph, {d[1]}).ToText();
  EXPECT_THAT(text, Not(HasSubstr(absl::StrCat("%", d[0].id(), " "))));
  size_t products = 0;
  for (size_t at = text.find("matmul"); at != std::string::npos;
       at = text.find("matmul", at + 1)) {
    ++products;
  }
  EXPECT_EQ(products, 2u);
}

TEST(Gradients, NeedALossWithOneElement) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const int line = __LINE__ + 1;
  const auto mistake = [&] { Gradients(Exp(x), {x}); };
  ExpectFail(mistake, {"loss with one element", "[2]", Line(line)});
  ExpectFail([&] { Gradients(2, {x}); }, {"of a number"});
}

}  // namespace
}  // namespace autodiff
