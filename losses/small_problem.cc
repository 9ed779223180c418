#include "losses/small_problem.h"

#include "autodiff/ops.h"
#include "losses/test_tensors.h"

namespace losses {

SmallProblem::SmallProblem(autodiff::Graph& graph)
    : transitions(graph.Constant({0.5, 0.3, 0.2, 0,        //
                                  0, 0.1, 0.6, 0.3,        //
                                  0.25, 0.25, 0.25, 0.25,  //
                                  0, 1, 0, 0},
                                 {4, 4})),
      reward(DrawConstant(graph, {4}, 1)),
      logits(DrawConstant(graph, {4, 4}, 2, -1, 1)),
      model(Softmax(logits)),
      log_model(LogSoftmax(logits)),
      value(DrawConstant(graph, {4}, 3)),
      target_value(DrawConstant(graph, {4}, 4)) {}

}  // namespace losses
