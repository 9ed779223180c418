// The gradient on both sides of every kink of the op table: there it is the
// derivative from that side.

#include <algorithm>
#include <vector>

#include "autodiff/op.h"
#include "autodiff/testing/finite_differences.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

constexpr double kBeside = 1e-9;  // from the kink

// Each element of input i in turn to the side where `sign` points.
std::vector<Direction> EachElement(const std::vector<Values>& inputs, size_t i,
                                   double sign) {
  std::vector<Direction> directions;
  for (size_t k = 0; k < inputs[i].data.size(); ++k) {
    Direction& direction = directions.emplace_back(inputs.size());
    direction[i].assign(inputs[i].data.size(), 0.0);
    direction[i][k] = sign;
  }
  return directions;
}

bool IsSmall(const Sample& sample) {
  int64_t elements = 0;
  for (const SampleInput& input : sample.inputs) {
    elements += input.shape.elements();
  }
  return elements <= 100;
}

class OpKink : public OpTable {};

TEST_P(OpKink, BesidesThePointsToAvoid) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample) || !IsSmall(sample)) continue;
    SCOPED_TRACE(sample.name);
    for (size_t i = 0; i < sample.inputs.size(); ++i) {
      for (double point : sample.inputs[i].avoid) {
        for (double sign : {-1.0, 1.0}) {
          std::vector<Values> values = DrawInputs(sample);
          for (double& x : values[i].data) x = point + sign * kBeside;
          ExpectDerivativesFromOneSide({sample.record, values},
                                       EachElement(values, i, sign));
        }
      }
    }
  }
}

// Minimum, Maximum and comparisons have a kink where their inputs are equal.
// Other ops of two inputs have none there, which is as good to know.
TEST_P(OpKink, WhereTwoInputsAreEqual) {
  for (const Sample& sample : GetParam()->samples()) {
    if (!IsDifferentiable(*GetParam(), sample) || !IsSmall(sample)) continue;
    if (sample.inputs.size() != 2) continue;
    const SampleInput& a = sample.inputs[0];
    const SampleInput& b = sample.inputs[1];
    if (a.shape != b.shape || a.element != b.element) continue;
    SCOPED_TRACE(sample.name);
    Sample meeting = sample;
    meeting.inputs[0].low = std::max(a.low, b.low);
    meeting.inputs[0].high = std::min(a.high, b.high);
    if (meeting.inputs[0].low >= meeting.inputs[0].high) continue;
    for (size_t i : {0, 1}) {
      for (double sign : {-1.0, 1.0}) {
        std::vector<Values> values = DrawInputs(meeting);
        values[1].data = values[0].data;
        for (double& x : values[i].data) x += sign * kBeside;
        ExpectDerivativesFromOneSide({sample.record, values},
                                     EachElement(values, i, sign));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpKink, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
