#include "autodiff/shape.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Shape, CountsElementsAndAxes) {
  EXPECT_EQ(Shape{}.elements(), 1);
  EXPECT_EQ((Shape{3, 4}).elements(), 12);
  EXPECT_EQ((Shape{3, 0, 4}).elements(), 0);
  EXPECT_EQ((Shape{3, 4, 5})[0], 3);
  EXPECT_EQ((Shape{3, 4, 5})[-1], 5);
  EXPECT_EQ((Shape{3, 4, 5})[-3], 3);
  EXPECT_EQ((Shape{3, 4}).ToString(), "[3, 4]");
  EXPECT_EQ(Shape{}.ToString(), "[]");
}

TEST(BroadcastShapes, AlignsAtTheLastAxis) {
  EXPECT_EQ(BroadcastShapes({3, 4}, {4}), (Shape{3, 4}));
  EXPECT_EQ(BroadcastShapes({}, {3, 4}), (Shape{3, 4}));
  EXPECT_EQ(BroadcastShapes({3, 1, 5}, {4, 1}), (Shape{3, 4, 5}));
  EXPECT_EQ(BroadcastShapes({1}, {0}), Shape{0});
  EXPECT_EQ(BroadcastShapes({3, 4}, {3}), std::nullopt);
  EXPECT_EQ(BroadcastShapes({2}, {0}), std::nullopt);
}

TEST(BroadcastStrides, AreZeroAlongRepeatedAxes) {
  EXPECT_THAT(BroadcastStrides({3, 4}, {3, 4}), ElementsAre(4, 1));
  EXPECT_THAT(BroadcastStrides({4}, {3, 4}), ElementsAre(0, 1));
  EXPECT_THAT(BroadcastStrides({3, 1}, {3, 4}), ElementsAre(1, 0));
  EXPECT_THAT(BroadcastStrides({2, 1, 5}, {7, 2, 4, 5}),
              ElementsAre(0, 5, 0, 1));
  EXPECT_THAT(BroadcastStrides({}, {}), IsEmpty());
}

}  // namespace
}  // namespace autodiff
