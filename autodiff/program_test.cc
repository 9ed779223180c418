// What a program promises its user: what goes in, what comes out, and where
// things lie in between.

#include "autodiff/program.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// ---- Inputs and outputs -----------------------------------------------------

template <typename T>
class Programs : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Programs, Precisions);

TYPED_TEST(Programs, ComputeOutputsFromInputs) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 2});
  const Tensor i = graph.Input("i", {3}, ElementType::kIndex);
  const Tensor rows = Gather(x, i);
  const Tensor next = Increment(i);
  Program<TypeParam> program(graph, {rows, next, x});
  EXPECT_THAT(program.Input(x), SizeIs(4));
  EXPECT_THAT(program.IndexInput(i), SizeIs(3));
  EXPECT_THAT(program.Input(x), Each(0)) << "unwritten inputs are zero";
  Write(program, x, {1, 2, 3, 4});
  Write(program, i, {1, 0, 1});
  program.Run();
  EXPECT_THAT(program.Output(rows), ElementsAre(3, 4, 1, 2, 3, 4));
  EXPECT_THAT(program.IndexOutput(next), ElementsAre(2, 1, 2));
  EXPECT_THAT(program.Output(x), ElementsAre(1, 2, 3, 4));
}

TYPED_TEST(Programs, KeepInputsFromRunToRun) {
  Graph graph;
  const Tensor x = graph.Input("x", {2}), y = graph.Input("y", {2});
  const Tensor z = Exp(Negate(Square(x) + y));
  Program<TypeParam> program(graph, {z});
  Write(program, x, {0, 1});
  Write(program, y, {0, -1});
  program.Run();
  EXPECT_THAT(program.Output(z), ElementsAre(1, 1));
  Write(program, y, {0, -1});
  program.Run();
  EXPECT_THAT(program.Output(z), ElementsAre(1, 1));
  EXPECT_THAT(program.Input(x), ElementsAre(0, 1));
}

TYPED_TEST(Programs, RoundConstantsToTheirPrecision) {
  Graph graph;
  const Tensor c = graph.Constant({0.1, 1e-8}, {2});
  const Tensor i = graph.Constant({-7, 16777217}, {2}, ElementType::kIndex);
  Program<TypeParam> program(graph, {c, i});
  program.Run();
  EXPECT_THAT(program.Output(c), ElementsAre(static_cast<TypeParam>(0.1),
                                             static_cast<TypeParam>(1e-8)));
  EXPECT_THAT(program.IndexOutput(i), ElementsAre(-7, 16777217));
}

TYPED_TEST(Programs, TakeFedNodesFromTheCaller) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor square = Square(x);
  const Tensor flat = Reshape(square, {2, 1});  // an alias can be fed as well
  const Tensor two = graph.Constant({2}, {2, 1});
  const Tensor i = Increment(graph.Constant({0}, {2, 1}, ElementType::kIndex));
  const Tensor y = flat * two, z = Sum(square) + y, j = Increment(i);
  Program<TypeParam> program(graph, {y, z, j}, nullptr,
                             {.fed = {flat, two, i}});
  Write(program, x, {1, 2});
  Write(program, flat, {10, 20});
  Write(program, two, {3, 4});
  Write(program, i, {5, 6});
  program.Run();
  EXPECT_THAT(program.Output(y), ElementsAre(30, 80));
  EXPECT_THAT(program.Output(z), ElementsAre(35, 85));
  EXPECT_THAT(program.IndexOutput(j), ElementsAre(6, 7));
}

TEST(Program, RefusesToShowWhatItDoesNotKeep) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor i = graph.Input("i", {2}, ElementType::kIndex);
  const Tensor y = Exp(x).Named("y");
  const Tensor z = Square(y) + Take(x, i);
  Program<float> program(graph, {z, i});
  ExpectFail([&] { program.Output(y); }, {"exp 'y'", "is not an output"});
  ExpectFail([&] { program.Input(y); }, {"exp 'y'", "is not an input"});
  ExpectFail([&] { program.Input(i); }, {"input 'i'", "holds indices"});
  ExpectFail([&] { program.IndexInput(x); }, {"input 'x'", "holds reals"});
  ExpectFail([&] { program.Output(i); }, {"input 'i'", "holds indices"});
  ExpectFail([&] { program.IndexOutput(z); }, {"add", "holds reals"});
}

TEST(Program, NeedsAStateThatKnowsItsVariables) {
  Graph graph;
  State<float> early(graph);
  const Tensor v = graph.Variable("v", {2});
  const Tensor y = Exp(v);
  ExpectFail([&] { Program<float>(graph, {y}); },
             {"no buffer for variable 'v'", "make the State after"});
  ExpectFail([&] { Program<float>(graph, {y}, &early); }, {"variable 'v'"});
}

// ---- State ------------------------------------------------------------------

TYPED_TEST(Programs, WriteAfterTheyHaveRead) {
  Graph graph;
  const Tensor v = graph.Variable("v", {4});
  const Tensor before = Reshape(View(v, 1, {2}), {2, 1}) * 2;
  const Tensor assigned = graph.Assign(v, v + 1);
  const Tensor old = v * 10;  // recorded later, still the old version
  const Tensor now = assigned * 100;
  const Tensor last = graph.Assign(assigned, assigned * assigned);
  for (uint64_t order = 0; order < 50; ++order) {
    State<TypeParam> state(graph);
    state.Reals(v)[1] = 2;
    Program<TypeParam> program(graph, {before, old, now, last}, &state,
                               {.shuffle_seed = order});
    program.Run();
    EXPECT_THAT(program.Output(before), ElementsAre(4, 0));
    EXPECT_THAT(program.Output(old), ElementsAre(0, 20, 0, 0));
    EXPECT_THAT(program.Output(now), ElementsAre(100, 300, 100, 100));
    EXPECT_THAT(program.Output(last), ElementsAre(1, 9, 1, 1));
    EXPECT_THAT(state.Reals(v), ElementsAre(1, 9, 1, 1));
    program.Run();
    EXPECT_THAT(state.Reals(v), ElementsAre(4, 100, 4, 4));
  }
}

// A variable may be given its own value, whole or through a view.
TYPED_TEST(Programs, AssignAVariableToItself) {
  Graph graph;
  const Tensor v = graph.Variable("v", {3});
  const Tensor same = graph.Assign(v, View(v, 0, {3}));
  State<TypeParam> state(graph);
  state.Reals(v)[2] = 5;
  Program<TypeParam> program(graph, {same}, &state);
  program.Run();
  EXPECT_THAT(state.Reals(v), ElementsAre(0, 0, 5));
}

TYPED_TEST(Programs, ShareAState) {
  Graph graph;
  const Tensor v = graph.Variable("v", {2});
  const Tensor count = graph.Variable("count", {}, ElementType::kIndex);
  const Tensor x = graph.Input("x", {2});
  const Tensor set = graph.Assign(v, x);
  const Tensor counted = graph.Assign(count, Increment(count));
  const Tensor twice = v * 2;
  State<TypeParam> state(graph);
  Program<TypeParam> writer(graph, {set, counted}, &state);
  Program<TypeParam> reader(graph, {twice}, &state);
  for (int run = 1; run <= 3; ++run) {
    Write(writer, x, {1.0 * run, -1.0 * run});
    writer.Run();
    reader.Run();
    EXPECT_THAT(reader.Output(twice), ElementsAre(2 * run, -2 * run));
    EXPECT_THAT(state.Indices(count), ElementsAre(run));
  }
  // A third program, made later, finds what the others left.
  Program<TypeParam> late(graph, {twice}, &state);
  late.Run();
  EXPECT_THAT(late.Output(twice), ElementsAre(6, -6));
}

TEST(Write, RefusesAnotherNumberOfElements) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  Program<float> program(graph, {x});
  ExpectFail(
      [&] {
        Write(program, x, {1, 2, 3});
      },
      {"input 'x'", "has 2 elements, got 3"});
  ExpectFail([&] { Write(program, x, {1}); }, {"has 2 elements, got 1"});
}

TEST(Program, RefusesAStateThatIsNotOfItsGraphAsItIs) {
  Graph graph, other;
  const Tensor v = graph.Variable("v", {8});
  other.Variable("v", {8});
  State<float> of_other(other), early(graph);
  graph.Grow(v, 8);
  for (State<float>* state : {&of_other, &early}) {
    ExpectFail(
        [&] { Program<float>(graph, {v}, state); },
        {"variable 'v'", "make the State after recording all variables"});
  }
}

// ---- Float against double ---------------------------------------------------

template <typename T>
std::vector<double> RunNetwork() {
  Graph graph;
  const Tensor random = RandomState(graph, "random");
  const Tensor x = Uniform(random, {16, 8}) - 0.5;
  const Tensor w = Uniform(random, {8, 4}) - 0.5;
  const Tensor loss = Mean(Square(LogSoftmax(Exp(MatMul(x, w)))));
  const Tensor dw = Gradients(loss, {w})[0];
  State<T> state(graph);
  SeedRandomState(state.Indices(random), 5);
  Program<T> program(graph, {loss, dw}, &state);
  program.Run();
  std::vector<double> values = Read(program, dw);
  values.push_back(Read(program, loss)[0]);
  return values;
}

TEST(Program, InFloatFollowsTheOneInDouble) {
  const std::vector<double> f = RunNetwork<float>(), d = RunNetwork<double>();
  ASSERT_EQ(f.size(), d.size());
  double largest = 0;
  for (size_t i = 0; i < f.size(); ++i) {
    EXPECT_NEAR(f[i], d[i], 1e-6);
    largest = std::max(largest, std::abs(f[i] - d[i]));
  }
  EXPECT_GT(largest, 1e-12) << "are both programs in the same precision?";
}

// ---- Memory -----------------------------------------------------------------

// Arena offset of a node, from the printed program; −1 if it is elsewhere.
int OffsetOf(const std::string& text, const Tensor& tensor) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (const std::string& line : lines) {
    if (!line.starts_with(absl::StrCat("%", tensor.id(), " "))) continue;
    std::smatch match;
    static const std::regex arena("  arena\\+([0-9]+)  ");
    return std::regex_search(line, match, arena) ? std::stoi(match[1]) : -1;
  }
  ADD_FAILURE() << "no node %" << tensor.id();
  return -1;
}

// An element-wise chain stays in one place, whatever its length.
TEST(Memory, AChainOfElementwiseOpsTakesOneBlock) {
  Graph graph;
  const Tensor x = graph.Input("x", {1000});
  Tensor y = Exp(x);
  for (int i = 0; i < 20; ++i) y = Negate(y) * 0.5 + 1;
  Program<float> program(graph, {y});
  EXPECT_EQ(program.arena_bytes(), AlignedSize(4000));
}

TEST(Memory, IsNotTakenOverWhileSomebodyReads) {
  Graph graph;
  const Tensor x = graph.Input("x", {16});
  const Tensor a = Exp(x);
  const Tensor b = Square(a);  // a is read again below
  const Tensor c = a + b;
  Program<float> program(graph, {c}, nullptr, {.fuse = false});
  const std::string text = program.ToText();
  EXPECT_NE(OffsetOf(text, a), OffsetOf(text, b));
  EXPECT_EQ(OffsetOf(text, x), -1) << "inputs keep what the caller wrote";
  EXPECT_EQ(program.arena_bytes(), 128u);
}

TEST(Memory, OfAnOutputIsNotTakenOver) {
  Graph graph;
  const Tensor x = graph.Input("x", {16});
  const Tensor a = Exp(x);
  const Tensor shown = Reshape(a, {4, 4});  // keeps a through an alias
  const Tensor b = Square(a);
  Program<float> program(graph, {shown, b});
  program.Run();
  EXPECT_THAT(program.Output(shown), Each(1));
  EXPECT_NE(OffsetOf(program.ToText(), a), OffsetOf(program.ToText(), b));
}

// Two inputs of one op may look at one buffer in different places. Written in
// place, row 0 of the product would change the factor of row 1.
TEST(Memory, IsNotTakenOverThroughTwoViews) {
  Graph graph;
  const Tensor x = graph.Input("x", {4});
  const Tensor a = Square(x);
  const Tensor y = Reshape(a, {2, 2}) * View(a, 0, {2, 1});
  Program<double> program(graph, {y});
  Write(program, x, {2, 3, 1, 1});
  program.Run();
  EXPECT_THAT(program.Output(y), ElementsAre(16, 36, 9, 9));
}

// A broadcast op writes more than an input of it has room for.
TEST(Memory, IsNotTakenOverByALargerOutput) {
  Graph graph;
  const Tensor x = graph.Input("x", {3});
  const Tensor a = Exp(x);
  const Tensor column = Exp(Reshape(x, {3, 1}));
  const Tensor y = a * column;
  Program<double> program(graph, {y});
  program.Run();
  EXPECT_THAT(program.Output(y), Each(1));
  EXPECT_NE(OffsetOf(program.ToText(), a), OffsetOf(program.ToText(), y));
  EXPECT_NE(OffsetOf(program.ToText(), column), OffsetOf(program.ToText(), y));
}

// ---- Printing ---------------------------------------------------------------

TEST(ToText, ShowsBuffersBytesAndTheArena) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 3});
  const Tensor v = graph.Variable("theta", {6});
  const Tensor w = View(v, 0, {2, 3});
  const Tensor y = (x * w).Named("y");
  const Tensor assigned = graph.Assign(v, Reshape(y, {6}) * 2);
  graph.Input("unused", {});
  State<double> state(graph);
  const Program<double> program(graph, {assigned}, &state, {.fuse = false});
  const std::vector<std::string> lines =
      absl::StrSplit(program.ToText(), '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(9));
  EXPECT_EQ(lines[0],
            absl::StrCat("# 8 nodes, 3 kernels, arena 64 bytes, workspace ",
                         program.workspace_bytes(), " bytes"));
  EXPECT_THAT(lines[1], HasSubstr("input 'x' ()  [2, 3]  48 B  input  "));
  EXPECT_THAT(lines[2], HasSubstr("  48 B  state 'theta'  "));
  EXPECT_THAT(lines[3], HasSubstr("view offset=0 sizes=[2, 3] (%1)  [2, 3]  "
                                  "48 B  in %1  "));
  EXPECT_THAT(lines[4], HasSubstr("constant ()  []  8 B  constant  "));
  EXPECT_THAT(lines[5], HasSubstr("multiply 'y' (%0, %2)  [2, 3]  48 B  "
                                  "arena+0  "));
  EXPECT_THAT(lines[6], HasSubstr("  in %3  "));
  EXPECT_THAT(lines[7], HasSubstr("  arena+0  "));
  EXPECT_THAT(lines[8], HasSubstr("assign (%1, %6)  [6]  48 B  state "
                                  "'theta'  "));
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_THAT(lines[i], HasSubstr(__FILE__));
  }
  // As one chain nothing needs a place in the arena.
  const std::string fused = Program<double>(graph, {assigned}, &state).ToText();
  EXPECT_THAT(fused, HasSubstr("# 8 nodes, 1 kernels, arena 0 bytes"));
  EXPECT_THAT(fused, HasSubstr("multiply 'y' (%0, %2)  [2, 3]  48 B  tile  "));
}

}  // namespace
}  // namespace autodiff
