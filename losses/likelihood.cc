#include "losses/likelihood.h"

#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::Tensor;

Tensor KlDivergence(const Operand& p, const Operand& log_q) {
  // Where p is zero, log(p + 1) = 0 stands in for log p.
  const Tensor log_p = Log(p + LessEqual(p, 0));
  return Sum(p * (log_p - log_q), {-1});
}

Tensor NegativeLogLikelihood(const Operand& log_q, const Operand& outcome) {
  return -Take(log_q, outcome);
}

}  // namespace losses
