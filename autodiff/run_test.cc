// Running programs: threads, profile, and the stop at the first NaN.

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::HasSubstr;

void Fill(absl::Span<float> data) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (float& x : data) x = uniform(random);
}

template <typename T>
class Products : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Products, Precisions);

// Large enough to be divided, with sizes that fill no block.
TYPED_TEST(Products, GiveTheSameBitsOnAnyNumberOfThreads) {
  const int64_t sizes[][3] = {{128, 512, 300}, {130, 517, 263}, {517, 130, 263},
                              {7, 1000, 900},  {1000, 7, 900},  {251, 250, 601},
                              {97, 99, 1025}};
  for (const auto& [m, n, k] : sizes) {
    for (int flags = 0; flags < 4; ++flags) {
      const bool ta = (flags & 1) != 0, tb = (flags & 2) != 0;
      SCOPED_TRACE(absl::StrCat(m, " ", n, " ", k, " ", flags));
      Graph graph;
      const Tensor a = graph.Input("a", ta ? Shape{k, m} : Shape{m, k});
      const Tensor b = graph.Input("b", tb ? Shape{n, k} : Shape{k, n});
      const Tensor y = MatMul(a, b, ta, tb);
      std::vector<TypeParam> whole;
      for (int threads : {1, 2, 3, 5}) {
        Program<TypeParam> program(graph, {y}, nullptr, {.threads = threads});
        std::mt19937 random(5);
        std::uniform_real_distribution<TypeParam> uniform(-1, 1);
        for (const Tensor& x : {a, b}) {
          for (TypeParam& element : program.Input(x)) {
            element = uniform(random);
          }
        }
        program.Run();
        const absl::Span<const TypeParam> out = program.Output(y);
        if (threads == 1) {
          whole.assign(out.begin(), out.end());
          ASSERT_NE(whole[0], 0);
        } else {
          ASSERT_TRUE(std::equal(out.begin(), out.end(), whole.begin()))
              << threads << " threads";
        }
      }
    }
  }
}

// A net of two branches whose state changes with each run.
struct TwoBranches {
  Graph graph;
  Tensor x = graph.Input("x", {96, 256});
  Tensor w1 = graph.Variable("w1", {256, 256});
  Tensor w2 = graph.Variable("w2", {256, 256});
  Tensors outputs;

  TwoBranches() {
    const Tensor loss = Mean(Square(Mish(LayerNorm(MatMul(x, w1))))) +
                        Mean(Square(Softmax(MatMul(x, w2)))) +
                        Mean(Tanh(x) * Sigmoid(x));
    const Tensors gradients = Gradients(loss, {w1, w2});
    outputs = {loss, graph.Assign(w1, w1 - 0.5 * gradients[0]),
               graph.Assign(w2, w2 - 0.5 * gradients[1])};
  }

  // Losses and last weights.
  std::vector<float> Train(int threads) {
    State<float> state(graph);
    Fill(state.Reals(w1));
    Fill(state.Reals(w2));
    Program<float> program(graph, outputs, &state, {.threads = threads});
    Fill(program.Input(x));
    std::vector<float> trace;
    for (int run = 0; run < 30; ++run) {
      program.Run();
      trace.push_back(program.Output(outputs[0])[0]);
    }
    for (const Tensor& w : {w1, w2}) {
      trace.insert(trace.end(), state.Reals(w).begin(), state.Reals(w).end());
    }
    return trace;
  }
};

TEST(Threads, TrainToTheSameBits) {
  TwoBranches net;
  const std::vector<float> alone = net.Train(1);
  EXPECT_LT(alone[29], alone[0]);
  for (int threads : {2, 3, 4}) {
    EXPECT_EQ(net.Train(threads), alone) << threads << " threads";
  }
}

TEST(Threads, AreRefusedBeyondASensibleNumber) {
  Graph graph;
  const Tensor y = graph.Input("x", {3}) + 1;
  for (const int threads : {-1, 0, 1025, 100'000}) {
    for (const bool stop_at_nan : {false, true}) {
      const ProgramOptions options{.threads = threads,
                                   .stop_at_nan = stop_at_nan};
      ExpectFail([&] { Program<float>(graph, {y}, nullptr, options); },
                 {absl::StrCat("a program runs on 1 to 1024 threads, not ",
                               threads, "\n")});
    }
  }
}

TEST(Profile, TimesEveryNodeThatRuns) {
  TwoBranches net;
  State<float> state(net.graph);
  Fill(state.Reals(net.w1));
  Program<float> program(net.graph, net.outputs, &state, {.threads = 2});
  Fill(program.Input(net.x));
  const std::vector<double> nanoseconds = program.Profile(3);
  ASSERT_EQ(nanoseconds.size(), static_cast<size_t>(net.graph.size()));
  int products = 0, rest = 0;
  for (int id = 0; id < net.graph.size(); ++id) {
    const Node& node = net.graph.node(id);
    if (node.op->kind == OpKind::kSource) {
      EXPECT_EQ(nanoseconds[id], 0);
    }
    if (nanoseconds[id] > 0) ++(node.op == &kMatMul ? products : rest);
  }
  EXPECT_EQ(products, 4);  // two forward; nobody asked for the gradient of x
  EXPECT_GT(rest, 10);
  EXPECT_THAT(program.ToText(nanoseconds), HasSubstr(" us  %"));
  EXPECT_THAT(program.ToText(), testing::Not(HasSubstr(" us  %")));
}

TEST(Profile, RunsTheProgram) {
  TwoBranches profiled, plain;
  State<float> a(profiled.graph), b(plain.graph);
  for (State<float>* state : {&a, &b}) {
    TwoBranches& net = state == &a ? profiled : plain;
    Fill(state->Reals(net.w1));
    Program<float> program(net.graph, net.outputs, state);
    Fill(program.Input(net.x));
    if (state == &a) {
      program.Profile(3);
    } else {
      for (int run = 0; run < 3; ++run) program.Run();
    }
  }
  EXPECT_EQ(a.Reals(profiled.w1), b.Reals(plain.w1));
}

TEST(Profile, NeedsRuns) {
  Graph graph;
  const Tensor y = Exp(graph.Input("x", {2}));
  Program<float> program(graph, {y});
  ExpectFail([&] { program.Profile(0); }, {"at least one run, got 0"});
  ExpectFail([&] { program.Profile(-2); }, {"at least one run, got -2"});
  ExpectFail([&] { static_cast<void>(program.ToText({1})); },
             {"1 times for 2 nodes"});
  Exp(y);  // recorded after the program was made
  EXPECT_THAT(program.ToText(program.Profile(1)), HasSubstr(" us  %"));
}

TEST(StopAtNan, NamesTheNodeThatMadeItAndItsLine) {
  Graph graph;
  const Tensor x = graph.Input("x", {4});
  const Tensor root = Sqrt(x).Named("root");
  const Tensor y = Exp(Sum(root * 2));
  Program<float> program(graph, {y}, nullptr, {.stop_at_nan = true});
  program.Run();
  EXPECT_EQ(program.Output(y)[0], 1);
  program.Input(x)[2] = -1;
  ExpectFail([&] { program.Run(); },
             {"a NaN first came from sqrt 'root'", "run_test.cc:"});
}

TEST(StopAtNan, NamesTheFirstInfinityButNotWhatFollowsFromOne) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor logits =
      graph.Constant({0, -std::numeric_limits<double>::infinity()}, {2});
  const Tensor y = Softmax(logits) + Log(x).Named("log x");
  Program<double> program(graph, {y}, nullptr, {.stop_at_nan = true});
  program.Input(x)[0] = program.Input(x)[1] = 1;
  program.Run();
  EXPECT_EQ(program.Output(y)[1], 0);
  program.Input(x)[0] = 0;
  ExpectFail([&] { program.Run(); },
             {"an infinity first came from log 'log x'"});
}

// ∞ − ∞ is a NaN that no argument had.
TEST(StopAtNan, SeesANanMadeOfInfinities) {
  Graph graph;
  const Tensor x = graph.Input("x", {1});
  const Tensor difference = (x - x).Named("difference");
  Program<float> program(graph, {difference}, nullptr, {.stop_at_nan = true});
  program.Input(x)[0] = std::numeric_limits<float>::infinity();
  ExpectFail([&] { program.Run(); }, {"a NaN first came from", "'difference'"});
}

}  // namespace
}  // namespace autodiff
