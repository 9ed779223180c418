// Maximum likelihood for categorical models.
#ifndef LOSSES_LIKELIHOOD_H_
#define LOSSES_LIKELIHOOD_H_

#include "autodiff/tensor.h"

namespace losses {

// KL(p ‖ q) = Σ_i p_i (log p_i − log q_i) over the last axis, with
// 0 log 0 = 0: [..., n], [..., n] → [...].
autodiff::Tensor KlDivergence(const autodiff::Operand& p,
                              const autodiff::Operand& log_q);

// −log q_index: log-probabilities [..., n], outcomes [..., k] → [..., k].
autodiff::Tensor NegativeLogLikelihood(const autodiff::Operand& log_q,
                                       const autodiff::Operand& outcome);

}  // namespace losses

#endif  // LOSSES_LIKELIHOOD_H_
