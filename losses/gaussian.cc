#include "losses/gaussian.h"

#include <cmath>
#include <numbers>

#include "autodiff/ops.h"

namespace losses {

using autodiff::Operand;
using autodiff::Tensor;

Tensor GaussianNll(const Operand& x, const Operand& mean,
                   const Operand& log_std) {
  const Tensor deviation = (x - mean) * Exp(-log_std);
  return Mean(0.5 * Square(deviation) + log_std, {-1}) +
         0.5 * std::log(2 * std::numbers::pi);
}

Tensor GaussianEntropy(const Operand& log_std) {
  const double constant =
      0.5 * std::log(2 * std::numbers::pi * std::numbers::e);
  return Sum(log_std + constant, {-1});
}

}  // namespace losses
