// Diagonal Gaussians: how stochastic latent models are trained and looked at.
#ifndef LOSSES_GAUSSIAN_H_
#define LOSSES_GAUSSIAN_H_

#include "autodiff/tensor.h"

namespace losses {

// −log N(x; mean, diag σ²), mean over the last axis:
//   ½ ((x − mean) / σ)² + log σ + ½ log 2π.
// All [..., d] → [...]. Gradients flow to each argument; to train a model on an
// encoded next state, stop them at x.
autodiff::Tensor GaussianNll(const autodiff::Operand& x,
                             const autodiff::Operand& mean,
                             const autodiff::Operand& log_std);

// Differential entropy in nats, sum over the last axis:
//   Σ_i log σ_i + ½ log 2πe. [..., d] → [...].
autodiff::Tensor GaussianEntropy(const autodiff::Operand& log_std);

}  // namespace losses

#endif  // LOSSES_GAUSSIAN_H_
