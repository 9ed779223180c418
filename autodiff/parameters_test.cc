#include "autodiff/parameters.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/aligned_buffer.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/optimizer.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/expect_fail.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

// Three parameters of which none fills its cache lines (16 floats).
struct Group {
  Graph graph;
  ParameterGroup group{graph, "net"};
  Tensor w = group.Add("w", {3, 6});  // elements 0 to 18 of the block
  Tensor b = group.Add("b", {5});     // 32 to 37
  Tensor s = group.Add("s", {});      // 48
};
constexpr int64_t kBlock = 64;
bool IsGap(int64_t i) { return !(i < 18 || (i >= 32 && i < 37) || i == 48); }

std::string Line(int line) { return absl::StrCat(__FILE__, ":", line); }

TEST(ParameterGroup, IsOneBlock) {
  Group g;
  EXPECT_EQ(g.group.flat().shape(), Shape{kBlock});
  EXPECT_EQ(g.group.name(), "net");
  EXPECT_THAT(g.group.parameters(), ElementsAre(g.w, g.b, g.s));
  const State<float> state(g.graph);
  EXPECT_THAT(state.Names(), ElementsAre("net"));
}

TEST(ParameterGroup, ParametersCarryNameShapeAndLine) {
  Graph graph;
  const int line = __LINE__;
  ParameterGroup group(graph, "net");
  const Tensor w = group.Add("w", {3, 6});
  EXPECT_EQ(w.node().name, "w");
  EXPECT_EQ(w.shape(), (Shape{3, 6}));
  EXPECT_EQ(LineOf(group.flat().node().where), Line(line + 1));
  EXPECT_EQ(LineOf(w.node().where), Line(line + 2));
}

template <typename T>
class Parameters : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Parameters, Precisions);

TYPED_TEST(Parameters, StartAtCacheLinesOfTheBlock) {
  Group g;
  State<TypeParam> state(g.graph);
  Program<TypeParam> program(g.graph, g.group.parameters(), &state);
  const TypeParam* const block = state.Reals(g.group.flat()).data();
  const int64_t offsets[] = {0, 32, 48};
  for (int i = 0; i < 3; ++i) {
    const Tensor& parameter = g.group.parameters()[i];
    EXPECT_EQ(program.Output(parameter).data(), block + offsets[i]);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(program.Output(parameter).data()) %
                  kAlignment,
              0u);
  }
}

TYPED_TEST(Parameters, ViewTheBlock) {
  Group g;
  State<TypeParam> state(g.graph);
  for (int64_t i = 0; i < kBlock; ++i) state.Reals(g.group.flat())[i] = i;
  const Tensor b = g.b + 100, s = g.s + 100;
  Program<TypeParam> program(g.graph, {b, s}, &state);
  program.Run();
  EXPECT_THAT(Read(program, b), ElementsAre(132, 133, 134, 135, 136));
  EXPECT_THAT(Read(program, s), ElementsAre(148));
}

// In() finds a parameter in any block of the layout: an updated one, or one of
// another variable.
TYPED_TEST(Parameters, AreFoundInOtherBlocks) {
  Group g;
  const Tensor target = g.graph.Variable("target", g.group.flat().shape());
  const Tensor updated =
      g.graph.Assign(g.group.flat(), g.group.flat() + target);
  const int line = __LINE__ + 1;
  const Tensor target_b = g.group.In(target, g.b);
  const Tensor updated_b = g.group.In(updated, g.b) + 0;
  EXPECT_EQ(LineOf(target_b.node().where), Line(line));
  State<TypeParam> state(g.graph);
  for (int64_t i = 0; i < kBlock; ++i) {
    state.Reals(g.group.flat())[i] = i;
    state.Reals(target)[i] = 1000;
  }
  Program<TypeParam> program(g.graph, {target_b, updated_b}, &state);
  program.Run();
  EXPECT_THAT(Read(program, target_b), Each(1000));
  EXPECT_THAT(Read(program, updated_b),
              ElementsAre(1032, 1033, 1034, 1035, 1036));
}

TYPED_TEST(Parameters, HaveTheirGradientInTheLayoutOfTheBlock) {
  Group g;
  const Tensor loss = Sum(3 * g.b) + Square(g.s);
  const Tensor gradient = g.group.Gradient(loss);
  State<TypeParam> state(g.graph);
  state.Reals(g.group.flat())[48] = 5;
  Program<TypeParam> program(g.graph, {gradient}, &state);
  program.Run();
  for (int64_t i = 0; i < kBlock; ++i) {
    const double expected = i == 48 ? 10 : (i >= 32 && i < 37) ? 3 : 0;
    EXPECT_EQ(Read(program, gradient)[i], expected) << i;
  }
}

// The gaps take part in every pass over the block; ε keeps 0 / (√0 + ε) from
// being NaN there.
TYPED_TEST(Parameters, LeaveTheGapsZeroUnderAdam) {
  Group g;
  const Tensor target = g.graph.Variable("target", g.group.flat().shape());
  const Tensor x = g.graph.Constant({1, -2, 3}, {1, 3});
  const Tensor loss =
      Sum(Square(MatMul(x, g.w) - 1)) + Sum(Exp(g.b)) + Square(g.s - 2);
  const Tensor clipped = ClipByNorm(g.group.Gradient(loss), 0.5);
  const Tensor updated = Adam(g.group, clipped, {.learning_rate = 0.1});
  const Tensor averaged = AverageTarget(target, updated, 0.3);
  State<TypeParam> state(g.graph);
  Program<TypeParam> program(g.graph, {updated, averaged}, &state);
  for (int step = 0; step < 20; ++step) program.Run();
  for (const std::string& name : state.Names()) {
    if (name == "net/adam/step") continue;
    const absl::Span<std::byte> bytes = state.Bytes(name);
    ASSERT_EQ(bytes.size(), kBlock * sizeof(TypeParam)) << name;
    const auto* const block = reinterpret_cast<const TypeParam*>(bytes.data());
    for (int64_t i = 0; i < kBlock; ++i) {
      EXPECT_EQ(block[i] == 0, IsGap(i)) << name << " element " << i;
    }
  }
}

TEST(ParameterGroup, WithoutParametersHasNoGradient) {
  Graph graph;
  const ParameterGroup group(graph, "empty");
  const Tensor loss = Square(graph.Input("x", {}));
  const int line = __LINE__ + 1;
  const auto mistake = [&] { group.Gradient(loss); };
  ExpectFail(mistake, {"group 'empty' has no parameters", Line(line)});
}

TEST(Unreached, NamesTheParametersThatALossDoesNotRead) {
  Group g;
  EXPECT_THAT(g.group.Unreached(Sum(Square(g.w))), ElementsAre("b", "s"));
  EXPECT_THAT(g.group.Unreached(Sum(Square(g.w)) * Sum(g.b) + g.s), IsEmpty());
}

// What is only read behind a StopGradient will not be trained either.
TEST(Unreached, DoesNotLookThroughStopGradient) {
  Group g;
  EXPECT_THAT(g.group.Unreached(Sum(g.b * StopGradient(g.s))),
              ElementsAre("w", "s"));
  EXPECT_THAT(g.group.Unreached(Sum(g.s * StopGradient(g.s))),
              ElementsAre("w", "b"));
}

// An op that read the block before would have recorded its old size.
TEST(ParameterGroup, MustBeCompleteBeforeItsBlockIsRead) {
  Group g;
  const int reader = __LINE__ + 1;
  Square(g.group.flat());
  const int line = __LINE__ + 1;
  const auto mistake = [&] { g.group.Add("late", {2}); };
  ExpectFail(mistake, {"'net'", "square", Line(reader), Line(line)});
}

}  // namespace
}  // namespace autodiff
