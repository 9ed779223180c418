// Gradients through discrete samples.
#ifndef LOSSES_SCORE_FUNCTION_H_
#define LOSSES_SCORE_FUNCTION_H_

#include "autodiff/tensor.h"

namespace losses {

// For a loss of discrete samples drawn with log-probability log p: a tensor
// that equals the loss in value and whose gradient,
//   ∇loss + loss ∇log p,
// has the gradient of E[loss] as its mean. `loss` [...] must be computed from
// those samples; `log_probability` [...] is that of all of them together.
autodiff::Tensor WithScoreFunction(const autodiff::Operand& loss,
                                   const autodiff::Operand& log_probability);

}  // namespace losses

#endif  // LOSSES_SCORE_FUNCTION_H_
