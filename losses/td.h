// Temporal-difference targets and loss.
#ifndef LOSSES_TD_H_
#define LOSSES_TD_H_

#include "autodiff/tensor.h"

namespace losses {

// y = Σ_{j<b} γʲ r_j + γᵇ V̄: `rewards` holds r_m … r_{m+b−1} and
// `bootstrap_value` is V̄(x_{m+b}); all of one shape, which is the result's.
autodiff::Tensor BootstrapTarget(const autodiff::Tensors& rewards,
                                 double discount,
                                 const autodiff::Operand& bootstrap_value);

// (V − y)² per element; no gradient flows to the target.
autodiff::Tensor Td(const autodiff::Operand& value,
                    const autodiff::Operand& target);

}  // namespace losses

#endif  // LOSSES_TD_H_
