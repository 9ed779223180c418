#include "autodiff/state.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/aligned_buffer.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/expect_fail.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

bool IsAligned(const void* data) {
  return reinterpret_cast<uintptr_t>(data) % kAlignment == 0;
}

TEST(AlignedBuffer, IsAlignedAndZero) {
  for (size_t bytes : {0, 1, 63, 64, 65, 1000}) {
    const AlignedBuffer buffer(bytes);
    EXPECT_EQ(buffer.size(), bytes);
    EXPECT_TRUE(IsAligned(buffer.data()));
    for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(buffer.data()[i], std::byte{});
  }
  EXPECT_EQ(AlignedSize(0), 0u);
  EXPECT_EQ(AlignedSize(1), 64u);
  EXPECT_EQ(AlignedSize(64), 64u);
  EXPECT_EQ(AlignedSize(65), 128u);
}

template <typename T>
class Buffers : public testing::Test {
 protected:
  Graph graph_;
  const Tensor w_ = graph_.Variable("w", {3, 5});
  const Tensor x_ = graph_.Input("x", {3, 5});
  const Tensor i_ = graph_.Variable("i", {7}, ElementType::kIndex);
  const Tensor s_ = graph_.Variable("s", {});
  const Tensor assigned_ = graph_.Assign(w_, x_);
  State<T> state_{graph_};
};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Buffers, Precisions);

TYPED_TEST(Buffers, HoldOneZeroedBlockPerVariable) {
  static_assert(std::is_same_v<decltype(this->state_.Reals(this->w_)),
                               absl::Span<TypeParam>>);
  const absl::Span<TypeParam> w = this->state_.Reals(this->w_);
  const absl::Span<TypeParam> s = this->state_.Reals(this->s_);
  const absl::Span<int32_t> i = this->state_.Indices(this->i_);
  EXPECT_THAT(w, SizeIs(15));
  EXPECT_THAT(w, Each(0));
  EXPECT_THAT(s, ElementsAre(0));
  EXPECT_THAT(i, SizeIs(7));
  EXPECT_THAT(i, Each(0));
  EXPECT_TRUE(IsAligned(w.data()));
  EXPECT_TRUE(IsAligned(i.data()));
  EXPECT_TRUE(IsAligned(s.data()));
}

TYPED_TEST(Buffers, AreListedInRecordingOrder) {
  EXPECT_THAT(this->state_.Names(), ElementsAre("w", "i", "s"));
  EXPECT_THAT(this->state_.Bytes("w"), SizeIs(15 * sizeof(TypeParam)));
  EXPECT_THAT(this->state_.Bytes("i"), SizeIs(7 * sizeof(int32_t)));
  EXPECT_THAT(this->state_.Bytes("s"), SizeIs(sizeof(TypeParam)));
}

TYPED_TEST(Buffers, AreTheSameThroughEveryDoor) {
  State<TypeParam>& state = this->state_;
  EXPECT_EQ(static_cast<void*>(state.Bytes("w").data()),
            state.Reals(this->w_).data());
  EXPECT_EQ(state.Find(this->graph_, this->w_.id()),
            state.Reals(this->w_).data());
  EXPECT_EQ(state.Find(this->graph_, this->i_.id()),
            state.Indices(this->i_).data());
  EXPECT_EQ(state.Find(this->graph_, this->x_.id()), nullptr);
}

TYPED_TEST(Buffers, DoNotOverlap) {
  State<TypeParam>& state = this->state_;
  for (TypeParam& w : state.Reals(this->w_)) w = 1;
  for (int32_t& i : state.Indices(this->i_)) i = 2;
  for (TypeParam& s : state.Reals(this->s_)) s = 3;
  EXPECT_THAT(state.Reals(this->w_), Each(1));
  EXPECT_THAT(state.Indices(this->i_), Each(2));
  EXPECT_THAT(state.Reals(this->s_), Each(3));
}

TYPED_TEST(Buffers, RefuseWhatTheyAreNot) {
  State<TypeParam>& state = this->state_;
  ExpectFail([&] { state.Reals(this->i_); }, {"'i' holds indices"});
  ExpectFail([&] { state.Indices(this->w_); }, {"'w' holds reals"});
  ExpectFail([&] { state.Reals(this->x_); },
             {"input 'x'", "is not a variable of this state"});
  const Tensor late = this->graph_.Variable("late", {2});
  ExpectFail([&] { state.Reals(late); },
             {"variable 'late'", "is not a variable of this state"});
  Graph other;
  const Tensor foreign = other.Variable("foreign", {3, 5});
  ExpectFail([&] { state.Reals(foreign); },
             {"variable 'foreign'", "is not a variable of this state"});
  ExpectFail([&] { state.Bytes("nobody"); }, {"no variable named 'nobody'"});
}

}  // namespace
}  // namespace autodiff
