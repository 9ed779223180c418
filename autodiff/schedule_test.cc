// Which nodes run, in which order, and which requests no order can serve.

#include "autodiff/schedule.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr uint64_t kOrders = 50;

std::string Line(int line) { return absl::StrCat(__FILE__, ":", line); }

// True if `first` comes before `second` in recording order and in all tried
// random ones.
bool AlwaysBefore(const Graph& graph, const std::vector<int>& outputs,
                  const Tensor& first, const Tensor& second) {
  const auto holds = [&](std::optional<uint64_t> seed) {
    const std::vector<int> order = MakeSchedule(graph, outputs, {}, seed);
    const auto at = [&](const Tensor& t) {
      const auto found = std::find(order.begin(), order.end(), t.id());
      EXPECT_NE(found, order.end());
      return found;
    };
    return at(first) < at(second);
  };
  bool all = holds(std::nullopt);
  for (uint64_t seed = 0; seed < kOrders; ++seed) all = all && holds(seed);
  return all;
}

TEST(MakeSchedule, KeepsWhatOutputsNeed) {
  Graph graph;
  const Tensor x = graph.Input("x", {}), y = graph.Input("y", {});
  const Tensor a = Exp(x);
  Exp(y);
  const Tensor b = a + x;
  b* y;
  EXPECT_THAT(MakeSchedule(graph, {b.id()}, {}, std::nullopt),
              ElementsAre(x.id(), a.id(), b.id()));
  EXPECT_THAT(MakeSchedule(graph, {a.id(), x.id()}, {}, std::nullopt),
              ElementsAre(x.id(), a.id()));
  EXPECT_THAT(MakeSchedule(graph, {}, {}, std::nullopt), ElementsAre());
}

TEST(MakeSchedule, TakesFedNodesForSources) {
  Graph graph;
  const Tensor x = graph.Input("x", {});
  const Tensor a = Exp(x);
  const Tensor b = Square(a);
  EXPECT_THAT(MakeSchedule(graph, {b.id()}, {a.id()}, std::nullopt),
              ElementsAre(a.id(), b.id()));
}

TEST(MakeSchedule, IsRecordingOrderUnlessShuffled) {
  Graph graph;
  const Tensor x = graph.Input("x", {});
  std::vector<int> outputs;
  for (int i = 0; i < 8; ++i) outputs.push_back(Exp(x).id());
  std::set<std::vector<int>> orders;
  for (uint64_t seed = 0; seed < kOrders; ++seed) {
    const std::vector<int> order = MakeSchedule(graph, outputs, {}, seed);
    EXPECT_EQ(order, MakeSchedule(graph, outputs, {}, seed)) << "same seed";
    EXPECT_THAT(order, UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_EQ(order[0], 0);
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), kOrders * 9 / 10);  // of 8! = 40320
  EXPECT_THAT(MakeSchedule(graph, outputs, {}, std::nullopt),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
}

// ---- Write after read -------------------------------------------------------

TEST(MakeSchedule, RunsReadersBeforeTheWrite) {
  Graph graph;
  const Tensor v = graph.Variable("v", {4});
  const Tensor before = v * 2;
  const Tensor assigned = graph.Assign(v, v + 1);
  const Tensor after = v * 3;  // recorded later, but of the old version
  const std::vector<int> outputs = {before.id(), after.id(), assigned.id()};
  EXPECT_TRUE(AlwaysBefore(graph, outputs, before, assigned));
  EXPECT_TRUE(AlwaysBefore(graph, outputs, after, assigned));
}

TEST(MakeSchedule, SeesReadersThroughAliases) {
  Graph graph;
  const Tensor v = graph.Variable("v", {6});
  const Tensor view = Reshape(StopGradient(View(v, 2, {4})), {2, 2});
  const Tensor reader = Exp(view);
  const Tensor assigned = graph.Assign(v, graph.Constant({0}, {6}));
  const std::vector<int> outputs = {reader.id(), assigned.id()};
  EXPECT_TRUE(AlwaysBefore(graph, outputs, reader, assigned));
}

TEST(MakeSchedule, OrdersTheVersionsOfAVariable) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor first = graph.Assign(v, v + 1);
  const Tensor reader = Exp(first);
  const Tensor second = graph.Assign(first, 2);
  const std::vector<int> outputs = {reader.id(), second.id()};
  EXPECT_TRUE(AlwaysBefore(graph, outputs, first, reader));
  EXPECT_TRUE(AlwaysBefore(graph, outputs, reader, second));
}

TEST(MakeSchedule, DoesNotWaitForReadersThatNobodyNeeds) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor assigned = graph.Assign(v, 1);
  v + assigned;  // impossible, and pruned
  EXPECT_EQ(MakeSchedule(graph, {assigned.id()}, {}, std::nullopt).size(), 3u);
}

// A fed version is a source: it overwrites nothing.
TEST(MakeSchedule, TakesAFedAssignForNoWrite) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor assigned = graph.Assign(v, 1);
  const Tensor both = v + assigned;
  EXPECT_THAT(MakeSchedule(graph, {both.id()}, {assigned.id()}, std::nullopt),
              ElementsAre(v.id(), assigned.id(), both.id()));
}

// The write that follows a fed version is to the buffer that v's readers read.
TEST(MakeSchedule, RunsReadersBeforeTheWriteAfterAFedAssign) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor fed = graph.Assign(v, 1);
  const Tensor assigned = graph.Assign(graph.Assign(fed, 2), fed + 1);
  const Tensor reader = Exp(v);
  const Tensor first(&graph, assigned.node().inputs[0]);
  for (uint64_t seed = 0; seed < kOrders; ++seed) {
    const std::vector<int> order =
        MakeSchedule(graph, {reader.id(), assigned.id()}, {fed.id()}, seed);
    const auto at = [&](const Tensor& t) {
      return std::find(order.begin(), order.end(), t.id());
    };
    EXPECT_LT(at(reader), at(first));
    EXPECT_LT(at(first), at(assigned));
  }
  // The fed version has a buffer of its own, and may be looked at afterwards.
  EXPECT_THAT(
      MakeSchedule(graph, {fed.id(), first.id()}, {fed.id()}, 0),
      UnorderedElementsAre(fed.id(), first.node().inputs[1], first.id()));
}

// ---- Refusals ---------------------------------------------------------------

TEST(Conflict, OfANodeThatNeedsBothVersions) {
  Graph graph;
  const Tensor v = graph.Variable("v", {});
  const Tensor assigned = graph.Assign(v, v + 1);
  const int line = __LINE__ + 1;
  const Tensor both = (v + assigned).Named("both");
  ExpectFail(
      [&] { MakeSchedule(graph, {both.id()}, {}, std::nullopt); },
      {"add 'both'", Line(line), "variable 'v' both before and after assign %3",
       "read it into a tensor of its own first"});
}

TEST(Conflict, IsFoundThroughOtherNodes) {
  Graph graph;
  const Tensor v = graph.Variable("v", {4});
  const Tensor view = View(v, 0, {2});
  const Tensor assigned = graph.Assign(v, v + 1);
  const int line = __LINE__ + 1;
  const Tensor both = Sum(Exp(assigned)) * view;
  ExpectFail([&] { MakeSchedule(graph, {both.id()}, {}, std::nullopt); },
             {"multiply", Line(line), "both before and after"});
}

// a ← b and b ← a at once: each write would have to be the first.
TEST(Conflict, OfASwap) {
  Graph graph;
  const Tensor a = graph.Variable("a", {}), b = graph.Variable("b", {});
  const Tensor new_a = graph.Assign(a, b), new_b = graph.Assign(b, a);
  ExpectFail(
      [&] {
        MakeSchedule(graph, {new_a.id(), new_b.id()}, {}, std::nullopt);
      },
      {"assign", "both before and after"});
}

TEST(Conflict, OfAnOutputThatIsOverwritten) {
  Graph graph;
  const Tensor v = graph.Variable("v", {4});
  const Tensor view = View(v, 0, {2}).Named("head");
  const int line = __LINE__ + 1;
  const Tensor assigned = graph.Assign(v, v + 1);
  for (const Tensor& shown : {v, view}) {
    ExpectFail(
        [&] {
          MakeSchedule(graph, {shown.id(), assigned.id()}, {}, std::nullopt);
        },
        {absl::StrCat("'", shown.node().name, "'"),
         "shows a variable before assign", Line(line),
         "ask for that node instead"});
  }
}

TEST(BufferOwner, LooksThroughAliases) {
  Graph graph;
  const Tensor x = Exp(graph.Input("x", {6}));
  const Tensor view = View(x, 2, {4});
  const Tensor shaped = Reshape(view, {2, 2});
  EXPECT_EQ(BufferOwner(graph, {}, shaped.id()), x.id());
  EXPECT_EQ(BufferOwner(graph, {}, x.id()), x.id());
  EXPECT_EQ(BufferOwner(graph, {view.id()}, shaped.id()), view.id());
}

}  // namespace
}  // namespace autodiff
