// Corners of ops that the random samples of the op table do not hit: ties,
// ends of ranges, empty products, data that is wrong.

#include "autodiff/ops.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// ---- Ties -------------------------------------------------------------------

TEST(Minimum, GivesTheGradientOfATieToItsFirstArgument) {
  Graph graph;
  const Tensor a = graph.Input("a", {3}), b = graph.Input("b", {3});
  const Tensors d = Gradients(Sum(Minimum(a, b)), {a, b});
  const Inputs at = {{a, {1, 2, 3}}, {b, {3, 2, 1}}};
  EXPECT_THAT(Evaluate(Minimum(a, b), at), ElementsAre(1, 2, 1));
  EXPECT_THAT(Evaluate(d[0], at), ElementsAre(1, 1, 0));
  EXPECT_THAT(Evaluate(d[1], at), ElementsAre(0, 0, 1));
}

// Both arguments are x: the whole gradient comes back once, not twice.
TEST(Minimum, OfATensorWithItselfIsThatTensor) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor d = Gradients(Sum(Minimum(x, x)), {x})[0];
  EXPECT_THAT(Evaluate(d, {{x, {5, -5}}}), ElementsAre(1, 1));
}

TEST(LessEqual, HoldsForEqualNumbers) {
  Graph graph;
  const Tensor a = graph.Input("a", {4}), b = graph.Input("b", {4});
  EXPECT_THAT(Evaluate(LessEqual(a, b), {{a, {1, 2, 0.0, kInfinity}},
                                         {b, {1, 1, -0.0, kInfinity}}}),
              ElementsAre(1, 0, 1, 1));
}

// ---- Ends of ranges ---------------------------------------------------------

TEST(Softmax, SurvivesExtremeRows) {
  Graph graph;
  const Tensor x = graph.Input("x", {3, 2});
  const Inputs at = {{x, {1e300, -1e300, 1000, 1000, -kInfinity, 0}}};
  EXPECT_THAT(Evaluate(Softmax(x), at), ElementsAre(1, 0, 0.5, 0.5, 0, 1));
  EXPECT_THAT(
      Evaluate(LogSoftmax(x), at),
      ElementsAre(0, -2e300, -std::log(2), -std::log(2), -kInfinity, 0));
}

// In float, 1 − 0.999^1 computed as a difference has three digits.
TEST(BiasCorrection, KeepsItsDigitsInFloat) {
  Graph graph;
  const Tensor count = graph.Constant({1, 2, 100000}, {3}, ElementType::kIndex);
  const Tensor y = BiasCorrection(count, 0.999);
  Program<float> program(graph, {y});
  program.Run();
  EXPECT_FLOAT_EQ(program.Output(y)[0], 0.001F);
  EXPECT_FLOAT_EQ(program.Output(y)[1], 0.001999F);
  EXPECT_FLOAT_EQ(program.Output(y)[2], 1.0F);
}

TEST(BiasCorrection, OfDecayZeroIsOne) {
  Graph graph;
  const Tensor count = graph.Constant({1, 5}, {2}, ElementType::kIndex);
  EXPECT_THAT(Evaluate(BiasCorrection(count, 0)), ElementsAre(1, 1));
}

TEST(Increment, WrapsAround) {
  Graph graph;
  const Tensor count =
      graph.Constant({-1, 2147483646}, {2}, ElementType::kIndex);
  EXPECT_THAT(Evaluate(Increment(count)), ElementsAre(0, 2147483647));
}

// ---- Sizes ---------------------------------------------------------------

// A product over an inner axis of size 0 is a sum of nothing, whichever way
// the kernel takes.
TEST(MatMul, OverNothingIsZero) {
  Graph graph;
  for (const int64_t m : {1, 2}) {
    for (const int64_t n : {1, 3}) {
      const Tensor y =
          MatMul(graph.Input("a", {m, 0}), graph.Input("b", {0, n}));
      const Tensor z = y + 7;  // leaves sevens in y's place
      Program<float> program(graph, {z});
      program.Run();
      program.Run();
      EXPECT_THAT(program.Output(z), Each(7)) << m << "x" << n;
    }
  }
}

// Sizes at which Eigen packs several blocks along each of the three axes.
TEST(MatMul, OfManyBlocksEqualsPlainLoops) {
  for (int flags = 0; flags < 4; ++flags) {
    const bool ta = flags & 1, tb = flags & 2;
    constexpr int64_t kM = 141, kN = 203, kK = 701;
    Graph graph;
    const Tensor random =
        graph.Constant({1, 2, 3, 4}, {4}, ElementType::kIndex);
    const Tensor a = Uniform(random, ta ? Shape{kK, kM} : Shape{kM, kK}) - 0.5;
    const Tensor b = Uniform(random, tb ? Shape{kN, kK} : Shape{kK, kN}) - 0.5;
    const Tensor y = MatMul(a, b, ta, tb);
    Program<float> program(graph, {a, b, y});
    program.Run();
    const Call call{
        .inputs = {a.node().type, b.node().type},
        .attributes = y.node().attributes,
        .output = y.node().type,
    };
    const std::vector<double> expected = kMatMul.oracle(
        call,
        {{a.node().type, Read(program, a)}, {b.node().type, Read(program, b)}});
    for (int64_t i = 0; i < kM * kN; ++i) {
      ASSERT_NEAR(program.Output(y)[i], expected[i], 2e-5) << "element " << i;
    }
  }
}

TEST(Reductions, OfNothing) {
  Graph graph;
  const Tensor empty = graph.Input("empty", {0, 3});
  EXPECT_THAT(Evaluate(Sum(empty)), ElementsAre(0));
  EXPECT_THAT(Evaluate(Sum(empty, {0})), ElementsAre(0, 0, 0));
  EXPECT_THAT(Evaluate(Sum(empty, {1})), IsEmpty());
  EXPECT_THAT(Evaluate(Gradients(Sum(empty), {empty})[0]), IsEmpty());
}

// ---- Wrong data -------------------------------------------------------------

// Indices are data. A wrong one ends the run with its value and the range; it
// is never followed.
TEST(Indexing, RefusesIndicesOutOfRange) {
  Graph graph;
  const Tensor table = graph.Input("table", {5, 2});
  const Tensor rows = graph.Input("rows", {3}, ElementType::kIndex);
  const Tensor row_wise = graph.Input("row_wise", {5, 1}, ElementType::kIndex);
  const Tensor column = graph.Input("column", {5, 1});
  const auto expect_refusal = [&](const Tensor& y, const Tensor& index,
                                  int32_t wrong, const std::string& sentence) {
    Program<float> program(graph, {y});
    program.IndexInput(index)[2] = wrong;
    ExpectFail([&] { program.Run(); }, {sentence});
  };
  const Tensor gathered = Gather(table, rows);
  expect_refusal(gathered, rows, 5, "gather: index 5 is outside [0, 5)");
  expect_refusal(gathered, rows, -1, "gather: index -1 is outside [0, 5)");
  expect_refusal(ScatterAdd(gathered, rows, 4), rows, 4,
                 "scatter_add: index 4 is outside [0, 4)");
  const Tensor taken = Take(table, row_wise);
  expect_refusal(taken, row_wise, 2, "gather: index 2 is outside [0, 2)");
  expect_refusal(taken, row_wise, -7, "gather: index -7 is outside [0, 2)");
  expect_refusal(PutAdd(column, row_wise, 3), row_wise, 3,
                 "scatter_add: index 3 is outside [0, 3)");
}

// Repeated indices add up in the adjoints; the table's samples have repeats
// only by chance.
TEST(Indexing, AddsUpRepeatedIndices) {
  Graph graph;
  const Tensor x = graph.Input("x", {3, 2});
  const Tensor i = graph.Constant({2, 2, 0, 2}, {4}, ElementType::kIndex);
  const Tensor weights = graph.Constant({1, 2, 3, 4, 5, 6, 7, 8}, {4, 2});
  const Tensor d = Gradients(Sum(Gather(x, i) * weights), {x})[0];
  EXPECT_THAT(Evaluate(d), ElementsAre(5, 6, 0, 0, 1 + 3 + 7, 2 + 4 + 8));
  const Tensor j = graph.Constant({1, 1, 1, 0}, {1, 4}, ElementType::kIndex);
  const Tensor put = PutAdd(graph.Constant({1, 2, 3, 4}, {1, 4}), j, 3);
  EXPECT_THAT(Evaluate(put), ElementsAre(4, 6, 0));
}

}  // namespace
}  // namespace autodiff
