// "The line of your code": what a call records, even a call of many ops,
// carries the line of that call.

#include <functional>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/optimizer.h"
#include "autodiff/parameters.h"
#include "autodiff/random.h"
#include "autodiff/testing/expect_fail.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

std::string Line(int line) { return absl::StrCat(__FILE__, ":", line); }

class RecordingLines : public testing::Test {
 protected:
  // Expects that all nodes that `record` appends are of this line.
  void ExpectLine(
      const std::string& call, const std::function<void()>& record,
      std::source_location where = std::source_location::current()) {
    const int first = graph_.size();
    record();
    ASSERT_GT(graph_.size(), first) << call;
    for (int id = first; id < graph_.size(); ++id) {
      EXPECT_EQ(LineOf(graph_.node(id).where), LineOf(where))
          << "of " << call << ": " << graph_.node(id).op->name;
    }
  }

  Graph graph_;
  const Tensor x_ = graph_.Input("x", {4, 6});
  const Tensor batch_ = graph_.Input("batch", {2, 4, 6});
  const Tensor i_ = graph_.Input("i", {4, 2}, ElementType::kIndex);
  const Tensor w_ = graph_.Input("w", {6, 3});
  const Tensor wide_ = graph_.Input("wide", {12, 3});
  const Tensor b_ = graph_.Input("b", {3});
  const Tensor state_ = graph_.Variable("state", {4}, ElementType::kIndex);
  const Tensor target_ = graph_.Variable("target", {16});
  const Tensor source_ = graph_.Input("source", {16});
};

TEST_F(RecordingLines, OfCallsOfSeveralOpsAreTheCallers) {
#define EXPECT_LINE(call) ExpectLine(#call, [&] { call; })
  EXPECT_LINE(Mean(x_));
  EXPECT_LINE(Min(x_, {1}));
  EXPECT_LINE(LogSumExp(x_, {0}));
  EXPECT_LINE(Clip(x_, -1, 1));
  EXPECT_LINE(GroupSoftmax(x_, 3));
  EXPECT_LINE(GroupLogSoftmax(x_, 3));
  EXPECT_LINE(Pad(x_, 0, 1, 2));
  EXPECT_LINE(Pack({x_, w_}, {1, 30}, 60));
  EXPECT_LINE(Linear({x_, x_}, wide_, b_));
  EXPECT_LINE(MatMul(batch_, w_));
  EXPECT_LINE(Take(x_, i_));
  EXPECT_LINE(PutAdd(Take(x_, i_), i_, 7));
  EXPECT_LINE(OneHot(i_, 5));
  EXPECT_LINE(ArgSort(x_));
  EXPECT_LINE(Sort(x_));
  EXPECT_LINE(ArgMax(x_));
  EXPECT_LINE(Normal(state_, {2, 2}));
  EXPECT_LINE(1 - 2 * x_);
  EXPECT_LINE(RandomState(graph_, "random"));
}

TEST_F(RecordingLines, OfUpdatesAreTheCallers) {
  ParameterGroup group(graph_, "net");
  const Tensor p = group.Add("p", {2, 3});
  const Tensor loss = Sum(Square(p));
  const Tensor gradient = group.Gradient(loss);
  EXPECT_LINE(ClipByNorm(gradient, 1));
  const AdamConfig config{.learning_rate = 0.1};
  EXPECT_LINE(Adam(group, gradient, config));
  EXPECT_LINE(AverageTarget(target_, source_, 0.1));
}
#undef EXPECT_LINE

TEST_F(RecordingLines, AreInTheSentenceAboutAMistakeInside) {
  const int line = __LINE__;
  const auto log_sum_exp = [&] { LogSumExp(x_, {7}); };
  const auto linear = [&] { Linear({x_}, w_, x_); };
  const auto average = [&] { AverageTarget(target_, x_, 0.1); };
  ExpectFail(log_sum_exp, {"axis 7", Line(line + 1)});
  ExpectFail(linear, {"do not broadcast", Line(line + 2)});
  ExpectFail(average, {"do not broadcast", Line(line + 3)});
}

// What the scope was for is over when the call returns.
TEST_F(RecordingLines, AfterACallAreThoseOfTheNextOnes) {
  Mean(x_);
  ExpectLine("Exp", [this] { Exp(x_); });
}

}  // namespace
}  // namespace autodiff
