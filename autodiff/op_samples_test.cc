// The samples of the op table cover what its tests promise to try.

#include "autodiff/testing/op_samples.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/testing/program_io.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

int InputsOf(const Op& op) {
  Graph graph;
  const Sample sample = op.samples()[0];
  sample.record(DeclareInputs(graph, DrawInputs(sample)));
  return static_cast<int>(CallOf(graph, op).node().inputs.size());
}

// What a row's samples try, in words.
std::set<std::string> Covered(const Op& op) {
  std::set<std::string> covered, shapes;
  for (const Sample& sample : op.samples()) {
    Graph graph;
    sample.record(DeclareInputs(graph, DrawInputs(sample)));
    const Tensor y = CallOf(graph, op);
    const int64_t size = y.shape().elements();
    bool empty = size == 0;
    std::string types;
    for (int input : y.node().inputs) {
      const Shape& shape = graph.node(input).type.shape;
      types += shape.ToString();
      empty |= shape.elements() == 0;
      if (shape.rank() < y.shape().rank()) covered.insert("a missing axis");
      for (int axis = 1; axis <= std::min(shape.rank(), y.shape().rank());
           ++axis) {
        const int64_t in = shape[shape.rank() - axis];
        const int64_t out = y.shape()[y.shape().rank() - axis];
        if (in == 1 && out > 1) covered.insert("an axis of 1");
      }
    }
    if (empty) covered.insert("no elements");
    if (size == 1) covered.insert("one element");
    if (!shapes.insert(types).second || shapes.size() == 1) continue;
    covered.insert("several shapes");
  }
  return covered;
}

// What a row need not cover, and why.
const std::map<const Op*, std::set<std::string>>& Exceptions() {
  static const auto* const exceptions =
      new std::map<const Op*, std::set<std::string>>{
          // A random state has four elements.
          {&kAdvanceRandom, {"no elements", "several shapes"}},
          {&kUniform, {"several shapes"}},
          // Loops over all elements whatever the shape, or no kernel at all.
          {&kBiasCorrection, {"no elements", "several shapes"}},
          {&kIncrement, {"no elements", "several shapes"}},
          {&kStopGradient, {"no elements", "several shapes"}},
          {&kReshape, {"no elements"}},
          {&kView, {"no elements"}},
          // The tile loop, of which the other rows have one element.
          {&kSelect, {"one element"}},
          {&kBroadcastTo, {"one element"}},
      };
  return *exceptions;
}

class OpSamples : public OpTable {};

TEST_P(OpSamples, CoverShapes) {
  const Op& op = *GetParam();
  std::set<std::string> missing = {"several shapes", "no elements"};
  if (op.tile_double != nullptr) {
    missing.insert("one element");
    if (InputsOf(op) > 1) missing.insert({"a missing axis", "an axis of 1"});
  }
  for (const std::string& covered : Covered(op)) missing.erase(covered);
  const auto excepted = Exceptions().find(&op);
  EXPECT_EQ(missing, excepted == Exceptions().end() ? std::set<std::string>()
                                                    : excepted->second);
}

// Each sample's name says what it is.
TEST_P(OpSamples, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Sample& sample : GetParam()->samples()) {
    EXPECT_TRUE(names.insert(sample.name).second) << sample.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpSamples, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
