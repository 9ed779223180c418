// Small random tensors, and the value of a tensor in double, for tests.
#ifndef LOSSES_TEST_TENSORS_H_
#define LOSSES_TEST_TENSORS_H_

#include <cstdint>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"

namespace losses {

// Uniform in [low, high); one seed, one draw.
autodiff::Values DrawValues(const autodiff::Shape& shape, uint64_t seed,
                            double low = -2, double high = 2);

// The same as a constant of `graph`.
autodiff::Tensor DrawConstant(autodiff::Graph& graph,
                              const autodiff::Shape& shape, uint64_t seed,
                              double low = -2, double high = 2);

// What a tensor of a graph without inputs and variables is worth.
std::vector<double> Evaluate(const autodiff::Tensor& tensor);

}  // namespace losses

#endif  // LOSSES_TEST_TENSORS_H_
