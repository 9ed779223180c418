// Updates of parameter groups, recorded as nodes: an update is part of the
// program that computes its gradient.
#ifndef AUTODIFF_OPTIMIZER_H_
#define AUTODIFF_OPTIMIZER_H_

#include "autodiff/parameters.h"

namespace autodiff {

// ‖x‖₂ over all elements.
Tensor Norm(const Operand& x);

// min(1, max_norm / norm), which brings a gradient of that norm below max_norm.
Tensor ClipScale(const Operand& norm, double max_norm);
// The gradient times the scale of its Norm.
Tensor ClipByNorm(const Operand& gradient, double max_norm);

// Adam (Kingma & Ba, 2015), algorithm 1 with ε outside the root.
struct AdamConfig {
  double learning_rate;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

// Records one step over the whole group and returns the new block:
//   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   t ← t + 1,
//   θ ← θ − α (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
// Declares the variables "<group>/adam/m", "/v" and "/step", so it is recorded
// once per group; `gradient` has the block's layout, and g is `scale` times it,
// if there is one. All that has the block's size is one pass over it.
Tensor Adam(const ParameterGroup& group, const Operand& gradient,
            const AdamConfig& config, const Tensor& scale = {});

// target ← (1 − rate) target + rate source; returns the new target.
Tensor AverageTarget(const Tensor& target, const Operand& source, double rate);

}  // namespace autodiff

#endif  // AUTODIFF_OPTIMIZER_H_
