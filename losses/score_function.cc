#include "losses/score_function.h"

#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::Tensor;

Tensor WithScoreFunction(const Operand& loss, const Operand& log_probability) {
  const Tensor zero = log_probability - StopGradient(log_probability);
  return loss + StopGradient(loss) * zero;
}

}  // namespace losses
