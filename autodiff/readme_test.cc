// "Add an op" in README.md, followed: the op Cube is there, made from the page
// by testing/follow_readme.py, and passes the op table's tests, which run in
// this program too.

#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/testing/program_io.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

TEST(Readme, AddsARowToTheTable) {
  std::vector<std::string> names;
  for (const Op* op : AllOps()) names.emplace_back(op->name);
  EXPECT_THAT(names, testing::Contains("cube"));
}

TEST(Readme, AddsAFunction) {
  Graph graph;
  const Tensor x = graph.Constant({-2, 0, 3}, {3});
  EXPECT_THAT(Evaluate(Cube(x)), testing::ElementsAre(-8, 0, 27));
}

}  // namespace
}  // namespace autodiff
