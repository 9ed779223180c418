#include "losses/byol.h"

#include <cstdint>

#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::Tensor;

Tensor Byol(const Operand& prediction, const Operand& target) {
  return Mean(Square(prediction - StopGradient(target)), {-1});
}

Tensor ByolCrossEntropy(const Operand& logits, const Operand& target,
                        int64_t group) {
  constexpr double kSmoothing = 1e-4;
  const Tensor smooth = (1 - kSmoothing) * StopGradient(target) +
                        kSmoothing / static_cast<double>(group);
  return Mean(-(smooth * GroupLogSoftmax(logits, group)), {-1});
}

}  // namespace losses
