// The samples of the op table, drawn and recorded: what its tests run on.
#ifndef AUTODIFF_TESTING_OP_SAMPLES_H_
#define AUTODIFF_TESTING_OP_SAMPLES_H_

#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "gtest/gtest.h"

namespace autodiff {

// Random elements as the sample asks for; the same ones on every call. Finite
// differences do not reach the points to avoid.
std::vector<Values> DrawInputs(const Sample& sample);

// The last node that `op` recorded: the sample's call of it.
Tensor CallOf(Graph& graph, const Op& op);

// True if the sample's result and one of its inputs are real; otherwise there
// is nothing to differentiate, and the row must say so.
bool IsDifferentiable(const Op& op, const Sample& sample);

// A suite in which every test runs on every row:
// INSTANTIATE_TEST_SUITE_P(Ops, MySuite, EveryOp(), NameOfOp).
using OpTable = testing::TestWithParam<const Op*>;
inline auto EveryOp() {
  return testing::ValuesIn(AllOps().begin(), AllOps().end());
}
inline std::string NameOfOp(const testing::TestParamInfo<const Op*>& op) {
  return op.param->name;
}

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_OP_SAMPLES_H_
