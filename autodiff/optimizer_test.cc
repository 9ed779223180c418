// Updates against the same equations in plain double loops.

#include "autodiff/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/algorithm/container.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Pointwise;

// ---- Clipping ---------------------------------------------------------------

std::vector<double> Clipped(std::vector<double> gradient, double max_norm) {
  Graph graph;
  const Tensor g = graph.Input("g", {static_cast<int64_t>(gradient.size())});
  return Evaluate(ClipByNorm(g, max_norm), {{g, gradient}});
}

TEST(ClipByNorm, LeavesShortGradientsAlone) {
  EXPECT_THAT(Clipped({3, 0, -4}, 5.0001), ElementsAre(3, 0, -4));
  EXPECT_THAT(Clipped({3, 0, -4}, 5), ElementsAre(3, 0, -4));
  EXPECT_THAT(Clipped({3, 0, -4}, 1e9), ElementsAre(3, 0, -4));
}

TEST(ClipByNorm, ShortensLongGradientsToTheLimit) {
  EXPECT_THAT(Clipped({3, 0, -4}, 1),
              Pointwise(DoubleNear(1e-15), {0.6, 0.0, -0.8}));
  EXPECT_THAT(Clipped({3, 0, -4}, 4.99),
              Pointwise(DoubleNear(1e-15), {3 * 0.998, 0.0, -4 * 0.998}));
  EXPECT_THAT(Clipped({3e150, -4e150}, 1),
              Pointwise(DoubleNear(1e-15), {0.6, -0.8}));
}

// max_norm / ‖g‖ is infinite there, and must not become NaN.
TEST(ClipByNorm, OfZeroIsZero) {
  EXPECT_THAT(Clipped({0, 0, 0}, 1), ElementsAre(0, 0, 0));
  EXPECT_THAT(Clipped({1e-200, 0}, 1), ElementsAre(1e-200, 0));
}

// ---- Adam -------------------------------------------------------------------

// θ and the moments as algorithm 1 of Kingma & Ba has them, element by element.
struct PlainAdam {
  AdamConfig config;
  std::vector<double> theta;
  std::vector<double> m = std::vector<double>(theta.size(), 0);
  std::vector<double> v = std::vector<double>(theta.size(), 0);
  int t = 0;

  void Step(const std::vector<double>& g) {
    ++t;
    for (size_t i = 0; i < theta.size(); ++i) {
      m[i] = config.beta1 * m[i] + (1 - config.beta1) * g[i];
      v[i] = config.beta2 * v[i] + (1 - config.beta2) * g[i] * g[i];
      const double m_hat = m[i] / (1 - std::pow(config.beta1, t));
      const double v_hat = v[i] / (1 - std::pow(config.beta2, t));
      theta[i] -=
          config.learning_rate * m_hat / (std::sqrt(v_hat) + config.epsilon);
    }
  }
};

// Two parameters and gradients that a caller writes.
struct AdamGraph {
  explicit AdamGraph(const AdamConfig& config)
      : updated(Adam(group, gradient, config)) {}

  Graph graph;
  ParameterGroup group{graph, "net"};
  Tensor w = group.Add("w", {2, 8});  // one cache line: no gap
  Tensor b = group.Add("b", {16});
  Tensor gradient = graph.Input("gradient", {32});
  Tensor updated;
};

std::vector<double> Wave(int size, double phase) {
  std::vector<double> wave;
  for (int i = 0; i < size; ++i) wave.push_back(std::sin(phase + 1.7 * i));
  return wave;
}

template <typename T>
void ExpectTenStepsLikePlainAdam(const AdamConfig& config, double tolerance) {
  AdamGraph g(config);
  State<T> state(g.graph);
  Program<T> program(g.graph, {g.updated}, &state);
  PlainAdam plain{.config = config, .theta = Wave(32, 0.3)};
  absl::c_copy(plain.theta, state.Reals(g.group.flat()).begin());
  for (int step = 0; step < 10; ++step) {
    const std::vector<double> gradient = Wave(32, 0.1 * step * step);
    Write(program, g.gradient, gradient);
    program.Run();
    plain.Step(gradient);
    EXPECT_THAT(Read(program, g.updated),
                Pointwise(DoubleNear(tolerance), plain.theta))
        << "step " << step;
  }
}

TEST(Adam, EqualsThePaper) {
  ExpectTenStepsLikePlainAdam<double>({.learning_rate = 0.1}, 1e-14);
  ExpectTenStepsLikePlainAdam<double>(
      {.learning_rate = 0.01, .beta1 = 0.5, .beta2 = 0.9, .epsilon = 0.1},
      1e-14);
  ExpectTenStepsLikePlainAdam<double>({.learning_rate = 0.1, .beta1 = 0},
                                      1e-14);
}

TEST(Adam, EqualsThePaperInFloat) {
  ExpectTenStepsLikePlainAdam<float>({.learning_rate = 0.1}, 3e-6);
}

// m̂ / √v̂ = sign g at t = 1: the first step has length α whatever the scale.
TEST(Adam, FirstMovesByTheLearningRateAgainstTheSign) {
  AdamGraph g({.learning_rate = 0.01});
  State<double> state(g.graph);
  Program<double> program(g.graph, {g.updated}, &state);
  std::vector<double> gradient(32, 0);
  gradient[0] = 1e-3;
  gradient[1] = -1e-3;
  gradient[2] = 1e6;
  gradient[31] = -1e6;
  Write(program, g.gradient, gradient);
  program.Run();
  const std::vector<double> theta = Read(program, g.updated);
  EXPECT_NEAR(theta[0], -0.01, 1e-6);
  EXPECT_NEAR(theta[1], 0.01, 1e-6);
  EXPECT_NEAR(theta[2], -0.01, 1e-6);
  EXPECT_NEAR(theta[31], 0.01, 1e-6);
  for (int i = 3; i < 31; ++i) EXPECT_EQ(theta[i], 0);
}

TEST(Adam, KeepsItsMomentsInNamedState) {
  AdamGraph g({.learning_rate = 0.01});
  State<double> state(g.graph);
  EXPECT_THAT(state.Names(),
              ElementsAre("net", "net/adam/m", "net/adam/v", "net/adam/step"));
  Program<double> program(g.graph, {g.updated}, &state);
  Write(program, g.gradient, std::vector<double>(32, 2));
  program.Run();
  program.Run();
  const auto value = [&](const char* name) {
    double first;
    std::memcpy(&first, state.Bytes(name).data(), sizeof(first));
    return first;
  };
  EXPECT_NEAR(value("net/adam/m"), (0.9 * 0.1 + 0.1) * 2, 1e-15);
  EXPECT_NEAR(value("net/adam/v"), (0.999 * 0.001 + 0.001) * 4, 1e-15);
  int32_t step;
  std::memcpy(&step, state.Bytes("net/adam/step").data(), sizeof(step));
  EXPECT_EQ(step, 2);
}

TEST(Adam, RunsTheSameUnderEverySchedule) {
  AdamGraph g({.learning_rate = 0.1});
  std::vector<double> first;
  for (uint64_t order = 0; order < 30; ++order) {
    State<double> state(g.graph);
    Program<double> program(g.graph, {g.updated}, &state,
                            {.shuffle_seed = order});
    for (int step = 0; step < 3; ++step) {
      Write(program, g.gradient, Wave(32, step));
      program.Run();
    }
    if (order == 0) first = Read(program, g.updated);
    EXPECT_EQ(Read(program, g.updated), first);
  }
}

// ---- Targets ----------------------------------------------------------------

// With a source that stays, t_n = s + (1 − rate)ⁿ (t_0 − s).
TEST(AverageTarget, ApproachesItsSourceGeometrically) {
  Graph graph;
  const Tensor source = graph.Variable("source", {3});
  const Tensor target = graph.Variable("target", {3});
  const Tensor averaged = AverageTarget(target, source, 0.1);
  State<double> state(graph);
  const double s[] = {1, -2, 5}, t[] = {0, 7, 5};
  absl::c_copy(s, state.Reals(source).begin());
  absl::c_copy(t, state.Reals(target).begin());
  Program<double> program(graph, {averaged}, &state);
  for (int n = 1; n <= 25; ++n) {
    program.Run();
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(Read(program, averaged)[i],
                  s[i] + std::pow(0.9, n) * (t[i] - s[i]), 1e-14);
    }
  }
  EXPECT_THAT(state.Reals(source), ElementsAre(1, -2, 5));
}

TEST(AverageTarget, WithRateOneCopies) {
  Graph graph;
  const Tensor source = graph.Constant({1, 2}, {2});
  const Tensor target = graph.Variable("target", {2});
  State<double> state(graph);
  const Tensor copy = AverageTarget(target, source, 1);
  EXPECT_THAT(Evaluate(copy, {}, &state), ElementsAre(1, 2));
}

// ---- All in one program -----------------------------------------------------

// Regression towards y = X w*: loss, gradient, clipping, Adam and a target
// that follows the updated block; then the same by hand.
TEST(Update, IsOneProgram) {
  const std::vector<double> x = Wave(5 * 3, 0.5), y = Wave(5, 2);
  Graph graph;
  ParameterGroup group(graph, "net");
  const Tensor w = group.Add("w", {3, 1}), b = group.Add("b", {});
  const Tensor target = graph.Variable("target", group.flat().shape());
  const Tensor error =
      MatMul(graph.Constant(x, {5, 3}), w) + b - graph.Constant(y, {5, 1});
  const Tensor loss = Sum(Square(error));
  const AdamConfig config = {.learning_rate = 0.05};
  const Tensor updated =
      Adam(group, ClipByNorm(group.Gradient(loss), 2), config);
  const Tensor averaged = AverageTarget(target, updated, 0.2);
  State<double> state(graph);
  Program<double> program(graph, {loss, updated, averaged}, &state);

  PlainAdam plain{.config = config, .theta = {0, 0, 0, 0}};  // w and b
  std::vector<double> plain_target(4, 0);
  bool clipped = false, unclipped = false;
  for (int step = 0; step < 200; ++step) {
    double plain_loss = 0;
    std::vector<double> g(4, 0);
    for (int i = 0; i < 5; ++i) {
      double e = plain.theta[3] - y[i];
      for (int j = 0; j < 3; ++j) e += x[3 * i + j] * plain.theta[j];
      plain_loss += e * e;
      for (int j = 0; j < 3; ++j) g[j] += 2 * e * x[3 * i + j];
      g[3] += 2 * e;
    }
    const double norm = std::sqrt(absl::c_inner_product(g, g, 0.0));
    (norm > 2 ? clipped : unclipped) = true;
    for (double& element : g) element *= std::min(1.0, 2 / norm);
    plain.Step(g);
    for (int j = 0; j < 4; ++j) {
      plain_target[j] = 0.8 * plain_target[j] + 0.2 * plain.theta[j];
    }

    program.Run();
    ASSERT_NEAR(Read(program, loss)[0], plain_loss, 1e-9) << "step " << step;
    const std::vector<double> block = Read(program, updated);
    const std::vector<double> slow = Read(program, averaged);
    for (int j = 0; j < 4; ++j) {
      const int at = j < 3 ? j : 16;  // b has a cache line of its own
      ASSERT_NEAR(block[at], plain.theta[j], 1e-10) << "step " << step;
      ASSERT_NEAR(slow[at], plain_target[j], 1e-10) << "step " << step;
    }
  }
  EXPECT_TRUE(clipped && unclipped);
}

}  // namespace
}  // namespace autodiff
