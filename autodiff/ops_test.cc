// Corners of ops that the random samples of the op table do not hit: ties,
// ends of ranges, empty products, data that is wrong.

#include "autodiff/ops.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointwise;

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

TEST(Maximum, GivesTheGradientOfATieToItsFirstArgument) {
  Graph graph;
  const Tensor a = graph.Input("a", {3}), b = graph.Input("b", {3});
  const Tensors d = Gradients(Sum(Maximum(a, b)), {a, b});
  const Inputs at = {{a, {1, 2, 3}}, {b, {3, 2, 1}}};
  EXPECT_THAT(Evaluate(d[0], at), ElementsAre(0, 1, 1));
  EXPECT_THAT(Evaluate(d[1], at), ElementsAre(1, 0, 0));
}

TEST(Max, SharesTheGradientOfATieEvenly) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 4});
  const Tensor d = Gradients(Sum(Max(x, {1})), {x})[0];
  EXPECT_THAT(Evaluate(d, {{x, {1, 3, 3, 2, 5, 5, 5, 5}}}),
              ElementsAre(0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25));
}

TEST(Clip, PassesTheGradientAtItsEnds) {
  Graph graph;
  const Tensor x = graph.Input("x", {5});
  const Tensor d = Gradients(Sum(Clip(x, -1, 2)), {x})[0];
  EXPECT_THAT(Evaluate(d, {{x, {-1.5, -1, 0, 2, 2.5}}}),
              ElementsAre(0, 1, 1, 1, 0));
}

TEST(LessEqual, HoldsForEqualNumbers) {
  Graph graph;
  const Tensor a = graph.Input("a", {4}), b = graph.Input("b", {4});
  EXPECT_THAT(Evaluate(LessEqual(a, b), {{a, {1, 2, 0.0, kInfinity}},
                                         {b, {1, 1, -0.0, kInfinity}}}),
              ElementsAre(1, 0, 1, 1));
}

TEST(ArgSort, GivesEqualElementsByIndexAndNanLast) {
  Graph graph;
  const Tensor x = graph.Input("x", {7});
  const Inputs at = {{x, {2, NAN, 1, 2, NAN, -kInfinity, 1}}};
  EXPECT_THAT(Evaluate(ArgSort(x), at), ElementsAre(5, 2, 6, 0, 3, 1, 4));
  EXPECT_THAT(Evaluate(TopK(x, 7), at), ElementsAre(0, 3, 2, 6, 5, 1, 4));
  EXPECT_THAT(Evaluate(TopK(x, 3), at), ElementsAre(0, 3, 2));
  EXPECT_THAT(Evaluate(ArgMax(x), at), ElementsAre(0));
}

TEST(Min, SharesTheGradientOfTies) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 3});
  const Inputs at = {{x, {4, -1, -1, 7, 8, 9}}};
  EXPECT_THAT(Evaluate(Min(x), at), ElementsAre(-1));
  EXPECT_THAT(Evaluate(Min(x, {1}), at), ElementsAre(-1, 7));
  EXPECT_THAT(Evaluate(Gradients(Sum(Min(x, {1})), {x})[0], at),
              ElementsAre(0, 0.5, 0.5, 1, 0, 0));
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

TEST(GroupLogSoftmax, IsTheLogarithmOfGroupSoftmax) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 4});
  const Inputs at = {{x, {1, 2, 3, 5, -1, 0, 1, 1}}};
  EXPECT_THAT(
      Evaluate(GroupLogSoftmax(x, 2), at),
      Pointwise(DoubleNear(1e-15), Evaluate(Log(GroupSoftmax(x, 2)), at)));
  EXPECT_NEAR(Evaluate(GroupSoftmax(x, 2), at)[2], 1 / (1 + std::exp(2)),
              1e-15);
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

TEST(MatMul, OfABatchWithoutInnerElementsIsZero) {
  Graph graph;
  const Tensor a = graph.Input("a", {2, 3, 0}), b = graph.Input("b", {0, 4});
  const Tensor y = MatMul(a, b);
  EXPECT_EQ(y.shape(), (Shape{2, 3, 4}));
  EXPECT_THAT(Evaluate(y), Each(0));
}

// Written in every run, whatever the memory held.
TEST(CrossEntropy, OverNoClassesIsZero) {
  Graph graph;
  const Tensor x = graph.Input("x", {3}), none = graph.Input("none", {3, 0});
  const Tensor sum = Sum(Softmax(x));
  const Tensor y = CrossEntropy(none, none);
  Program<double> program(graph, {sum, y});
  program.Run();
  EXPECT_THAT(Read(program, y), ElementsAre(0, 0, 0));
}

TEST(Reductions, OfNothing) {
  Graph graph;
  const Tensor empty = graph.Input("empty", {0, 3});
  EXPECT_THAT(Evaluate(Sum(empty)), ElementsAre(0));
  EXPECT_THAT(Evaluate(Sum(empty, {0})), ElementsAre(0, 0, 0));
  EXPECT_THAT(Evaluate(Sum(empty, {1})), IsEmpty());
  EXPECT_THAT(Evaluate(Gradients(Sum(empty), {empty})[0]), IsEmpty());
}

TEST(OneHot, KeepsTheShapeOfTheIndex) {
  Graph graph;
  const Tensor i = graph.Constant({2, 0}, {1, 2}, ElementType::kIndex);
  EXPECT_EQ(OneHot(i, 3).shape(), (Shape{1, 2, 3}));
  EXPECT_THAT(Evaluate(OneHot(i, 3)), ElementsAre(0, 0, 1, 1, 0, 0));
  const Tensor none = graph.Constant({}, {0, 2}, ElementType::kIndex);
  EXPECT_EQ(OneHot(none, 3).shape(), (Shape{0, 2, 3}));
  const Tensor scalar = graph.Constant({1}, {}, ElementType::kIndex);
  EXPECT_THAT(Evaluate(OneHot(scalar, 2)), ElementsAre(0, 1));
}

// A gap is filled with zeros in every run, whatever the memory held.
TEST(Pack, FillsItsGaps) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const Tensor packed = Pack({x, x * 2}, {1, 4}, 8) + 7;
  Program<double> program(graph, {packed, x});
  for (int run = 0; run < 2; ++run) {
    Write(program, x, std::vector<double>{1, 2});
    program.Run();
    EXPECT_THAT(Read(program, packed), ElementsAre(7, 8, 9, 7, 9, 11, 7, 7));
  }
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
    ExpectFail([&] { program.Run(); }, {"ops_test.cc:", sentence});
  };
  const Tensor gathered = Gather(table, rows).Named("gathered");
  expect_refusal(gathered, rows, 5, ": index 5 is outside [0, 5)");
  expect_refusal(gathered, rows, -1, ": index -1 is outside [0, 5)");
  expect_refusal(ScatterAdd(gathered, rows, 4), rows, 4,
                 ": index 4 is outside [0, 4)");
  expect_refusal(OneHot(rows, 2), rows, 3, ": index 3 is outside [0, 2)");
  const Tensor taken = Take(table, row_wise);
  expect_refusal(taken, row_wise, 2, ": index 2 is outside [0, 2)");
  expect_refusal(taken, row_wise, -7, ": index -7 is outside [0, 2)");
  expect_refusal(PutAdd(column, row_wise, 3), row_wise, 3,
                 ": index 3 is outside [0, 3)");
}

TEST(Indexing, NamesTheNodeAndItsLine) {
  Graph graph;
  const Tensor table = graph.Input("table", {5, 2});
  const Tensor i = graph.Constant({5}, {1}, ElementType::kIndex);
  const std::string line = absl::StrCat(__FILE__, ":", __LINE__ + 1);
  const Tensor rows = Gather(table, i).Named("rows");
  const Tensor sums = ScatterAdd(rows, i, 3).Named("sums");
  for (const bool fuse : {true, false}) {
    Program<float> gather(graph, {rows}, nullptr, {.fuse = fuse});
    ExpectFail([&] { gather.Run(); },
               {"gather 'rows' %2 recorded at " + line + ": index 5"});
  }
  Program<double> scatter(graph, {sums}, nullptr, {.fed = {rows}});
  ExpectFail([&] { scatter.Run(); }, {"scatter_add 'sums' %3 recorded at "});
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
