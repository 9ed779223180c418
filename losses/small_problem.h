// Four states, a model and two values: small enough to enumerate every path.
#ifndef LOSSES_SMALL_PROBLEM_H_
#define LOSSES_SMALL_PROBLEM_H_

#include "autodiff/graph.h"
#include "autodiff/tensor.h"

namespace losses {

// Constants of one graph, the same in each; n = 4. Some transitions are
// impossible, and state 3 has only one.
struct SmallProblem {
  explicit SmallProblem(autodiff::Graph& graph);

  double discount = 0.9;
  autodiff::Tensor transitions;   // [n, n]: the real kernel
  autodiff::Tensor reward;        // [n]
  autodiff::Tensor logits;        // [n, n]: of the model
  autodiff::Tensor model;         // softmax of the logits
  autodiff::Tensor log_model;     // its logarithm
  autodiff::Tensor value;         // [n]: V
  autodiff::Tensor target_value;  // [n]: V̄
};

}  // namespace losses

#endif  // LOSSES_SMALL_PROBLEM_H_
