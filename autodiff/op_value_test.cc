// The value of every op of the table on its samples, against the naive double
// oracle or the unfused form.

#include "autodiff/testing/op_value.h"

#include "autodiff/op.h"
#include "autodiff/testing/op_samples.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

class OpValue : public OpTable {};

TEST_P(OpValue, EqualsTheOracleInDouble) {
  for (const Sample& sample : GetParam()->samples()) {
    EXPECT_LE(ValueError<double>(*GetParam(), sample), GetParam()->value_units)
        << sample.name;
  }
}

TEST_P(OpValue, EqualsTheOracleInFloat) {
  for (const Sample& sample : GetParam()->samples()) {
    EXPECT_LE(ValueError<float>(*GetParam(), sample), GetParam()->value_units)
        << sample.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, OpValue, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
