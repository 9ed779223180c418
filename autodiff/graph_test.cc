// What a graph remembers of its recording, and what it says about mistakes.

#include "autodiff/graph.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <regex>
#include <set>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string Line(int line) { return absl::StrCat(__FILE__, ":", line); }

std::string LineOfNode(const Tensor& tensor) {
  const std::source_location& where = tensor.node().where;
  return absl::StrCat(where.file_name(), ":", where.line());
}

// ---- Recording --------------------------------------------------------------

TEST(Recording, RemembersTheLineOfEachSource) {
  Graph graph;
  const int line = __LINE__;
  const Tensor x = graph.Input("x", {2});
  const Tensor c = graph.Constant({1, 2}, {2});
  const Tensor v = graph.Variable("v", {2});
  const Tensor w = graph.Assign(v, x);
  EXPECT_EQ(LineOfNode(x), Line(line + 1));
  EXPECT_EQ(LineOfNode(c), Line(line + 2));
  EXPECT_EQ(LineOfNode(v), Line(line + 3));
  EXPECT_EQ(LineOfNode(w), Line(line + 4));
}

TEST(Recording, RemembersTheLineOfOpsAndOfTheirNumbers) {
  Graph graph;
  const Tensor x = graph.Input("x", {2, 2});
  const int line = __LINE__;
  const Tensor product = MatMul(x, x);
  const Tensor sum = 1 - x;
  const Tensor packed = Pack({x}, {0}, 9);
  const Tensor mean = Mean(x);
  EXPECT_EQ(LineOfNode(product), Line(line + 1));
  EXPECT_EQ(LineOfNode(sum), Line(line + 2));
  const Tensor one(&graph, sum.node().inputs[0]);
  EXPECT_EQ(LineOfNode(one), Line(line + 2));
  EXPECT_THAT(graph.ConstantValues(one.id()), ElementsAre(1));
  EXPECT_EQ(LineOfNode(packed), Line(line + 3));
  EXPECT_EQ(LineOfNode(mean), Line(line + 4));
  EXPECT_EQ(LineOfNode(Tensor(&graph, mean.node().inputs[0])), Line(line + 4));
}

TEST(Recording, NamesAndDescribesNodes) {
  Graph graph;
  const Tensor x = graph.Input("x", {2});
  const int line = __LINE__ + 1;
  const Tensor y = (x + x).Named("twice");
  EXPECT_EQ(y.node().name, "twice");
  EXPECT_EQ(graph.Describe(y.id()),
            absl::StrCat("add 'twice' %1 recorded at ", Line(line)));
  const Tensor dx = Gradients(Sum(Square(y)), {x})[0];
  EXPECT_THAT(graph.Describe(dx.id()), StartsWith("gradient node "));
}

TEST(Recording, FillsAConstantWithOneValue) {
  Graph graph;
  EXPECT_THAT(graph.ConstantValues(graph.Constant({3}, {2, 2}).id()),
              ElementsAre(3, 3, 3, 3));
  EXPECT_THAT(graph.ConstantValues(graph.Constant({3}, {0}).id()), IsEmpty());
}

TEST(Recording, GivesAnAssignedNumberTheTypeOfTheVariable) {
  Graph graph;
  const Tensor count = graph.Variable("count", {2}, ElementType::kIndex);
  const int line = __LINE__ + 1;
  const Tensor assigned = graph.Assign(count, 7);
  const Tensor number(&graph, assigned.node().inputs[1]);
  EXPECT_EQ(number.element(), ElementType::kIndex);
  EXPECT_EQ(number.shape(), (Shape{2}));
  EXPECT_EQ(LineOfNode(number), Line(line));
}

TEST(Recording, FindsTheVariableOfAVersion) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor second = graph.Assign(graph.Assign(v, v + 1), 2);
  EXPECT_EQ(graph.VariableOf(second.id()), v.id());
  EXPECT_EQ(graph.VariableOf(v.id()), v.id());
}

// ---- Mistakes ---------------------------------------------------------------

class Mistake : public testing::Test {
 protected:
  Graph graph_, other_;
  const Tensor a_ = graph_.Input("a", {2, 3});
  const Tensor b_ = graph_.Input("b", {4, 5});
  const Tensor i_ = graph_.Input("i", {4}, ElementType::kIndex);
  const Tensor v_ = graph_.Variable("v", {2, 3});
  const Tensor foreign_ = other_.Input("foreign", {2, 3});
};

TEST_F(Mistake, MatMulNamesBothShapesAndTheLine) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { MatMul(a_, b_); };
  ExpectFail(mistake, {"matmul('a' [2, 3], 'b' [4, 5])",
                       "inner sizes 3 and 4 differ", Line(line)});
}

TEST_F(Mistake, MatMulNamesTransposedArguments) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { MatMul(a_, b_, true); };
  ExpectFail(mistake, {"matmul('a' [2, 3], 'b' [4, 5])",
                       "inner sizes 2 and 4 differ, a transposed", Line(line)});
}

TEST_F(Mistake, MatMulOfABatchNamesItsArguments) {
  const Tensor batch = graph_.Input("batch", {2, 2, 3});
  const Tensor indices = graph_.Input("is", {2, 2, 4}, ElementType::kIndex);
  const int line = __LINE__ + 1;
  const auto mistake = [&] { MatMul(batch, b_); };
  ExpectFail(mistake, {"matmul('batch' [2, 2, 3], 'b' [4, 5])",
                       "inner sizes 3 and 4 differ", Line(line)});
  ExpectFail([&] { MatMul(indices, b_); },
             {"matmul('is' [2, 2, 4] of indices, 'b' [4, 5])"});
}

TEST_F(Mistake, AddNamesShapesThatDoNotBroadcast) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { a_ + b_; };
  ExpectFail(mistake,
             {"add('a' [2, 3], 'b' [4, 5])",
              "shapes [2, 3] and [4, 5] do not broadcast", Line(line)});
}

TEST_F(Mistake, UnnamedArgumentsAreGivenByNodeAndOp) {
  const Tensor exp = Exp(b_);
  const int line = __LINE__ + 1;
  const auto mistake = [&] { a_* exp; };
  ExpectFail(mistake, {"multiply('a' [2, 3], %4 exp [4, 5])", Line(line)});
}

TEST_F(Mistake, IndicesAreNotReals) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Exp(i_); };
  ExpectFail(mistake, {"exp('i' [4] of indices)",
                       "indices where reals are needed", Line(line)});
}

TEST_F(Mistake, SumNamesTheAxis) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Sum(a_, {0, 2}); };
  ExpectFail(mistake, {"sum('a' [2, 3])", "axis 2", Line(line)});
  ExpectFail([this] { Sum(a_, {0, -2}); }, {"axis 0", "given twice"});
}

TEST_F(Mistake, ReshapeNamesTheElements) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Reshape(a_, {4}); };
  ExpectFail(mistake, {"reshape('a' [2, 3])", "cannot become [4]", "6 elements",
                       Line(line)});
  ExpectFail([this] { Reshape(a_, {4, -1}); }, {"reshape", "[4, 1]"});
}

TEST_F(Mistake, SizesAreNotNegative) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Reshape(a_, {-2, -3}); };
  ExpectFail(mistake, {"reshape", "[-2, -3]", "negative", Line(line)});
  ExpectFail([this] { Reshape(a_, {-1, -1}); }, {"reshape", "[-1, -1]"});
  ExpectFail(
      [this] {
        View(Reshape(a_, {6}), 0, {-2, -3});
      },
      {"view", "[-2, -3]", "negative"});
  ExpectFail([this] { graph_.Input("x", {-2}); }, {"input", "[-2]"});
  ExpectFail([this] { graph_.Constant({1}, {-2}); }, {"constant", "[-2]"});
}

TEST_F(Mistake, SizesAreNotAbsurd) {
  constexpr int64_t kLarge = int64_t{1} << 33;
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Input("x", {kLarge, kLarge}); };
  ExpectFail(mistake, {"input", "[8589934592, 8589934592]",
                       "more than 2^40 elements", Line(line)});
  graph_.Input("x", {kLarge, 128});  // as many as are allowed
  ExpectFail([this] { graph_.Input("x", {kLarge, 129}); }, {"2^40"});
  ExpectFail(
      [this] {
        graph_.Constant({1}, {kLarge, kLarge});
      },
      {"constant", "2^40"});
  ExpectFail([this] { Reshape(a_, {kLarge, kLarge, kLarge}); }, {"reshape"});
  ExpectFail(
      [this] {
        BroadcastTo(a_, {kLarge, kLarge, 2, 3});
      },
      {"broadcast_to", "2^40"});
  ExpectFail(
      [this] {
        ParameterGroup(graph_, "g").Add("w", {kLarge, kLarge});
      },
      {"variable", "2^40"});
}

TEST_F(Mistake, ViewNamesTheRange) {
  const Tensor vector = graph_.Input("vector", {7});
  const int line = __LINE__ + 1;
  const auto mistake = [&] { View(vector, 2, {2, 3}); };
  ExpectFail(mistake,
             {"view('vector' [7])", "2 to 8", "as [2, 3]", Line(line)});
}

TEST_F(Mistake, GatherWantsReals) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Gather(i_, i_); };
  ExpectFail(mistake, {"gather('i' [4] of indices, 'i' [4] of indices)",
                       "needs reals and then indices", Line(line)});
}

TEST_F(Mistake, PackNamesOverlappingParts) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Pack({a_, b_}, {0, 5}, 30); };
  ExpectFail(mistake, {"concat(", "reshape [6]", "reshape [20]",
                       "part 1 starts at 5, before 6", Line(line)});
}

TEST_F(Mistake, OpsNeedATensor) {
  const int line = __LINE__ + 1;
  const auto mistake = [] { Add(1, 2); };
  ExpectFail(mistake, {"add", "at least one tensor", Line(line)});
}

TEST_F(Mistake, ListsOfPartsAreNotEmpty) {
  ExpectFail([] { Concat({}, 0); }, {"concat needs at least one tensor"});
  ExpectFail([] { Pack({}, {}, 3); }, {"concat needs at least one tensor"});
  ExpectFail([] { Pack({}, {1}, 3); }, {"pack: 1 offsets for 0 parts"});
  ExpectFail([] { Record(kExp, std::vector<Operand>()); },
             {"exp needs at least one tensor"});
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Linear({}, graph_.Input("w", {0, 2}), 0); };
  ExpectFail(mistake, {"linear", "at least one input", Line(line)});
}

// A handle that was never assigned must not be taken for the number 0.
TEST_F(Mistake, AnEmptyTensorIsNoNumber) {
  const Tensor empty;
  const int line = __LINE__ + 1;
  const auto mistake = [&] { a_ + empty; };
  ExpectFail(mistake, {"no tensor", Line(line)});
  ExpectFail([&] { graph_.Assign(v_, empty); }, {"no tensor"});
}

TEST_F(Mistake, AnEmptyTensorIsNoNode) {
  const Tensor empty;
  const int line = __LINE__;
  const auto assign = [&] { graph_.Assign(empty, 1); };
  const auto differentiate = [&] { Gradients(Sum(a_), {empty}); };
  ExpectFail(assign, {"no tensor", Line(line + 1)});
  ExpectFail(differentiate, {"no tensor", Line(line + 2)});
  ExpectFail([&] { Program<float>(graph_, {empty}); }, {"no tensor"});
  ExpectFail([&] { Program<float>(graph_, {a_}, nullptr, {.fed = {empty}}); },
             {"no tensor"});
  Program<float> program(graph_, {a_});
  ExpectFail([&] { program.Input(empty); }, {"no tensor"});
  ExpectFail([&] { program.Output(empty); }, {"no tensor"});
  State<float> state(graph_);
  ExpectFail([&] { state.Reals(empty); }, {"no tensor"});
}

TEST_F(Mistake, ANumberIsNoTensor) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Linear({a_}, 2, 0); };
  ExpectFail(mistake, {"linear needs a tensor, not the number 2", Line(line)});
  ExpectFail([this] { Linear({1.5}, b_, 0); },
             {"linear needs a tensor, not the number 1.5"});
  ExpectFail([] { GroupSoftmax(1, 2); },
             {"group_softmax needs a tensor, not the number 1"});
  ExpectFail([] { GroupLogSoftmax(1, 2); },
             {"group_log_softmax needs a tensor, not the number 1"});
  ExpectFail([] { Mean(3); }, {"mean needs a tensor, not the number 3"});
}

TEST_F(Mistake, GraphsDoNotMix) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { a_ + foreign_; };
  ExpectFail(mistake, {"add mixes tensors of two graphs", Line(line)});
}

TEST_F(Mistake, AssignDoesNotMixGraphs) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Assign(v_, foreign_); };
  ExpectFail(mistake, {"assign mixes tensors of two graphs", Line(line)});
}

TEST_F(Mistake, GradientsDoNotMixGraphs) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { Gradients(Sum(a_), {foreign_}); };
  ExpectFail(mistake, {"Gradients mixes tensors of two graphs", Line(line)});
}

TEST_F(Mistake, ProgramsDoNotMixGraphs) {
  ExpectFail([this] { Program<float>(graph_, {foreign_}); },
             {"input 'foreign'", "another graph"});
}

TEST_F(Mistake, AssignNeedsAVariable) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Assign(a_, 1); };
  ExpectFail(mistake,
             {"assign to 'a' [2, 3]", "is not a variable", Line(line)});
}

TEST_F(Mistake, AssignNeedsTheNewestVersion) {
  const int first = __LINE__ + 1;
  graph_.Assign(v_, 1);
  const int second = __LINE__ + 1;
  const auto mistake = [this] { graph_.Assign(v_, 2); };
  ExpectFail(mistake,
             {"old version of 'v'",
              absl::StrCat("already assigned at ", Line(first)), Line(second)});
}

TEST_F(Mistake, AssignNeedsTheSameShapeAndElements) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Assign(v_, b_); };
  ExpectFail(mistake, {"assign of 'b' [4, 5] to 'v' [2, 3]", Line(line)});
  const Tensor count = graph_.Variable("count", {4});
  ExpectFail([&] { graph_.Assign(count, i_); },
             {"assign of 'i' [4] of indices to 'count' [4]"});
}

TEST_F(Mistake, VariableNamesAreUnique) {
  const int first = __LINE__ + 1;
  graph_.Variable("theta", {});
  const int second = __LINE__ + 1;
  const auto mistake = [this] { graph_.Variable("theta", {}); };
  ExpectFail(mistake,
             {"'theta' was already declared at " + Line(first), Line(second)});
}

TEST_F(Mistake, ConstantsHaveAsManyValuesAsElements) {
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Constant({1, 2, 3}, {2, 2}); };
  ExpectFail(mistake, {"shape [2, 2] needs 4 values, got 3", Line(line)});
}

TEST_F(Mistake, IndicesAreWholeNumbersOf32Bits) {
  const auto constant = [this](double value) {
    graph_.Constant({0, value}, {2}, ElementType::kIndex);
  };
  constexpr ElementType kIndex = ElementType::kIndex;
  const int line = __LINE__ + 1;
  const auto mistake = [this] { graph_.Constant({0.5}, {}, kIndex); };
  ExpectFail(mistake, {"constant of indices", "0.5", Line(line)});
  ExpectFail([&] { constant(2147483648); }, {"2147483648"});
  ExpectFail([&] { constant(-2147483649); }, {"-2147483649"});
  ExpectFail([&] { constant(std::numeric_limits<double>::quiet_NaN()); },
             {"nan"});
  constant(2147483647);
  constant(-2147483648);
}

// ---- Printing ---------------------------------------------------------------

// Everything a line can show: names, attributes, indices, gradients.
void RecordExample(Graph& graph) {
  const Tensor x = graph.Input("x", {3, 4});
  const Tensor i = graph.Input("rows", {5}, ElementType::kIndex);
  const Tensor w = graph.Variable("a \"quoted\" \\ name", {4, 2});
  const Tensor y = MatMul(Gather(x, i), w).Named("logits");
  const Tensor loss = Sum(Square(y));
  graph.Assign(w, w - 0.1 * Gradients(loss, {w})[0]);
}

TEST(ToText, HasOneLinePerNode) {
  Graph graph;
  RecordExample(graph);
  const std::vector<std::string> lines =
      absl::StrSplit(graph.ToText(), '\n', absl::SkipEmpty());
  ASSERT_EQ(static_cast<int>(lines.size()), graph.size());
  for (int id = 0; id < graph.size(); ++id) {
    const Tensor tensor(&graph, id);
    EXPECT_THAT(lines[id], AllOf(StartsWith(absl::StrCat("%", id, " ")),
                                 HasSubstr(tensor.node().op->name),
                                 HasSubstr(tensor.node().name),
                                 HasSubstr(tensor.shape().ToString()),
                                 HasSubstr(LineOfNode(tensor))));
    for (int input : tensor.node().inputs) {
      EXPECT_THAT(lines[id], HasSubstr(absl::StrCat("%", input)));
    }
  }
}

TEST(ToText, ShowsTypesBytesAttributesAndGradients) {
  Graph graph;
  const int line = __LINE__;
  const Tensor i = graph.Input("i", {5}, ElementType::kIndex);
  const Tensor x = graph.Input("x", {3, 4});
  const Tensor y = MatMul(x, x, false, true).Named("gram");
  const Tensor dx = Gradients(Sum(y), {x})[0];
  const std::vector<std::string> lines = absl::StrSplit(graph.ToText(), '\n');
  EXPECT_EQ(lines[i.id()], absl::StrCat("%0    input 'i' ()  [5] int32  20 B  ",
                                        Line(line + 1)));
  EXPECT_EQ(lines[y.id()],
            absl::StrCat("%2    matmul 'gram' transpose_a=0 transpose_b=1 "
                         "(%1, %1)  [3, 3]  36 B  ",
                         Line(line + 3)));
  EXPECT_THAT(lines[dx.id()], HasSubstr("  gradient of %2"));
}

struct Dot {
  std::map<int, std::string> labels;
  std::multiset<std::pair<int, int>> edges;
};

// Reads `n1 -> n2;` and `n1 [label="…", style=…];`, the only statements that
// ToDot writes; anything else is a failure.
Dot ParseDot(const std::string& text) {
  static const std::regex edge("  n([0-9]+) -> n([0-9]+);");
  static const std::regex node(
      R"re(  n([0-9]+) \[label="((?:[^"\\]|\\.)*)"(?:, style=[a-z]+)*\];)re");
  const std::vector<std::string> lines =
      absl::StrSplit(text, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.front(), "digraph {");
  EXPECT_EQ(lines.back(), "}");
  Dot dot;
  for (size_t i = 2; i + 1 < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_match(lines[i], match, edge)) {
      dot.edges.emplace(std::stoi(match[1]), std::stoi(match[2]));
    } else if (std::regex_match(lines[i], match, node)) {
      dot.labels[std::stoi(match[1])] = match[2];
    } else {
      ADD_FAILURE() << lines[i];
    }
  }
  return dot;
}

TEST(ToDot, DrawsEachNodeAndEachEdgeOnce) {
  Graph graph;
  RecordExample(graph);
  const Dot dot = ParseDot(graph.ToDot());
  ASSERT_EQ(static_cast<int>(dot.labels.size()), graph.size());
  std::multiset<std::pair<int, int>> edges;
  for (int id = 0; id < graph.size(); ++id) {
    EXPECT_THAT(dot.labels.at(id),
                AllOf(StartsWith(absl::StrCat("%", id, " ")),
                      HasSubstr(graph.node(id).op->name),
                      HasSubstr(graph.node(id).type.shape.ToString())));
    for (int input : graph.node(id).inputs) edges.emplace(input, id);
  }
  EXPECT_EQ(dot.edges, edges);
  EXPECT_THAT(dot.labels.at(2), HasSubstr("'a \\\"quoted\\\" \\\\ name'"));
}

// What a program does not run must not show up in its drawing: a fed node's
// inputs are not there.
TEST(ToDot, OfAProgramHasOnlyEdgesBetweenItsNodes) {
  Graph graph;
  const Tensor x = graph.Input("x", {3});
  const Tensor y = Square(x);
  const Tensor z = Exp(y);
  const Program<float> program(graph, {z}, nullptr, {.fed = {y}});
  const Dot dot = ParseDot(program.ToDot());
  EXPECT_EQ(dot.labels.size(), 2u);
  EXPECT_THAT(dot.edges, ElementsAre(std::pair(y.id(), z.id())));
}

}  // namespace
}  // namespace autodiff
