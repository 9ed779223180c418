#include "experiments/calibration/minimizer.h"

#include <cstdint>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using autodiff::Graph;
using autodiff::Tensor;

// A coordinate of a vector.
Tensor At(const Tensor& point, int64_t i) {
  return Reshape(Slice(point, 0, i, i + 1), {});
}

TEST(Minimizer, FindsTheMinimumOfAQuadraticToRounding) {
  Graph graph;
  const Tensor point = graph.Input("x", {2});
  const Tensor x = At(point, 0), y = At(point, 1);
  Minimizer minimizer(3 * Square(x - 2) + Square(x + y) + 1, point,
                      {Square(y + 2), x});
  const Minimum minimum = minimizer.Find(1);
  EXPECT_NEAR(minimum.loss, 1, 1e-14);
  EXPECT_NEAR(minimum.point[0], 2, 1e-13);
  EXPECT_LE(minimum.worst[0].value, minimum.worst[0].error);
  EXPECT_LT(minimum.worst[0].error, 1e-13);
  EXPECT_NEAR(minimum.worst[1].value, 2, minimum.worst[1].error);
}

TEST(Minimizer, FindsTheLowerOfTwoMinima) {
  Graph graph;
  const Tensor point = graph.Input("x", {1});
  const Tensor x = At(point, 0);
  // Near −1 and, lower, near 1; a maximum between them.
  Minimizer minimizer(Square(Square(x) - 1) - 0.1 * x, point, {x});
  for (const uint64_t seed : {1, 2, 3}) {
    const Minimum minimum = minimizer.Find(seed);
    EXPECT_NEAR(minimum.worst[0].value, 1.0122, 1e-4);
    // 4x³ − 4x = 0.1.
    const double found = minimum.point[0];
    EXPECT_NEAR(4 * found * found * found - 4 * found, 0.1, 1e-13);
  }
}

TEST(Minimizer, TakesTheWorstOfAllMinima) {
  Graph graph;
  const Tensor point = graph.Input("x", {2});
  const Tensor x = At(point, 0), y = At(point, 1);
  // A line of minima: x = 1, any y; and two points, x = ±1.
  Minimizer line(Square(x - 1), point, {Square(y)});
  EXPECT_GT(line.Find(1).worst[0].value, 0.1);
  Minimizer points(Square(Square(x) - 1) + Square(y), point, {x, -x});
  EXPECT_NEAR(points.Find(1).worst[0].value, 1, 1e-13);
  EXPECT_NEAR(points.Find(1).worst[1].value, 1, 1e-13);
}

TEST(Minimizer, SaysHowFarItHasCome) {
  Graph graph;
  const Tensor point = graph.Input("x", {1});
  const Tensor x = At(point, 0);
  // x¹⁶ + 1: a step of Newton's takes a 15th of the way.
  Minimizer minimizer(Square(Square(Square(Square(x)))) + 1, point, {Abs(x)});
  const Measured distance = minimizer.Find(1).worst[0];
  EXPECT_GT(distance.value, 1e-12);
  EXPECT_NEAR(distance.error, distance.value / 15, 1e-3 * distance.value);
}

TEST(Minimizer, TakesInputsAndIsTheSameEveryTime) {
  Graph graph;
  const Tensor point = graph.Input("x", {1});
  const Tensor target = graph.Input("target", {});
  Minimizer minimizer(Square(At(point, 0) - target), point, {});
  minimizer.Input(target)[0] = 5;
  const Minimum first = minimizer.Find(7);
  EXPECT_NEAR(first.point[0], 5, 1e-13);
  EXPECT_EQ(minimizer.Find(7).point, first.point);
  minimizer.Input(target)[0] = -3;
  EXPECT_NEAR(minimizer.Find(7).point[0], -3, 1e-13);
}

}  // namespace
}  // namespace experiments
