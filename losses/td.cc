#include "losses/td.h"

#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::Tensor;

Tensor BootstrapTarget(const autodiff::Tensors& rewards, double discount,
                       const Operand& bootstrap_value) {
  Tensor target = bootstrap_value.tensor();  // Horner: y ← r_j + γ y
  for (auto reward = rewards.rbegin(); reward != rewards.rend(); ++reward) {
    target = *reward + discount * target;
  }
  return target;
}

Tensor Td(const Operand& value, const Operand& target) {
  return Square(value - StopGradient(target));
}

}  // namespace losses
