// Bootstrap your own latent: a deterministic model predicts the encoding of
// the next state (Grill et al., 2020), which gets no gradient.
#ifndef LOSSES_BYOL_H_
#define LOSSES_BYOL_H_

#include <cstdint>

#include "autodiff/tensor.h"

namespace losses {

// (prediction − sg target)², mean over the last axis: both [..., d] → [...].
autodiff::Tensor Byol(const autodiff::Operand& prediction,
                      const autodiff::Operand& target);

// For latents made of simplices of `group` neighbours, as MAD-TD has it
// (Voelcker et al., 2025): −t log softmax(logits) within groups, mean over the
// last axis, with t = 0.9999 sg target + 0.0001 / group. Both [..., d] → [...].
autodiff::Tensor ByolCrossEntropy(const autodiff::Operand& logits,
                                  const autodiff::Operand& target,
                                  int64_t group);

}  // namespace losses

#endif  // LOSSES_BYOL_H_
