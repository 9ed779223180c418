// Exact expectations of the sample losses: every outcome of k model samples
// and of the real samples is an element of the tensors that losses/vaml.h gets,
// and counts with its probability. What is averaged is the code that trains
// the agent, not its closed form.
#ifndef EXPERIMENTS_CALIBRATION_EXPECTED_LOSS_H_
#define EXPERIMENTS_CALIBRATION_EXPECTED_LOSS_H_

#include <cstdint>

#include "autodiff/tensor.h"
#include "losses/finite_vaml.h"

namespace experiments {

// A finite problem (n states), a model of it and a value. All are tensors of
// one graph, constants or not.
struct FiniteProblem {
  autodiff::Tensor transitions;   // P [n, n]
  autodiff::Tensor reward;        // r [n]
  autodiff::Tensor target_value;  // V̄ [n]
  autodiff::Tensor model;         // p̂ [n, n]
  autodiff::Tensor value;         // V [n]
  double discount = 0.9;          // γ
};

enum class Loss { kSample, kCorrected };

// E[L] per start state, with the number of model samples k ≥ 1 (k ≥ 2 for
// kCorrected); (m, b) with m and b of 0 or 1. Costs (k + n − 1 choose k)
// outcomes. Returns [n].
autodiff::Tensor ExpectedLoss(const FiniteProblem& problem,
                              losses::VamlSteps steps, Loss loss, int64_t k);

// The same from losses/finite_vaml.h, with any weight of the model's variance:
// 1/k, or 0 for the limit k → ∞ and for the corrected loss. Returns [n].
autodiff::Tensor ClosedFormLoss(const FiniteProblem& problem,
                                losses::VamlSteps steps,
                                double variance_weight);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_EXPECTED_LOSS_H_
