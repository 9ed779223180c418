// The VAML family where states are finite: exact expectations of the sample
// losses, and the samples themselves. n states; a kernel is a matrix [n, n]
// whose rows are next-state distributions; values and rewards are vectors [n].
// Results have one element per start state x_0.
//
// The exact expectations also take problems with A actions and a policy. Then
// kernels [n·A, n] and rewards [n·A] have a row s·A + a for each state and
// action; the first action of a rollout is given, the others follow the policy.
// Results have one element per start (x_0, a_0), or per x_0 where m = 0.
#ifndef LOSSES_FINITE_VAML_H_
#define LOSSES_FINITE_VAML_H_

#include <cstdint>
#include <optional>

#include "autodiff/tensor.h"

namespace losses {

// Which member of the family: the model rolls out m steps, the target sums b
// real rewards before it bootstraps. (m, 0) is IterVAML, (m, 1) MuZero's loss,
// (0, 1) TD.
struct VamlSteps {
  int rollout_steps = 1;    // m ≥ 0
  int bootstrap_steps = 0;  // b ≥ 0
};

// π [n, A], rows being distributions; or nothing, where there are no actions.
using Policy = std::optional<autodiff::Tensor>;

// Σ_a π(a | s) f(s, a), [n·A] → [n]; without a policy f itself.
autodiff::Tensor AverageOverActions(const Policy& policy,
                                    const autodiff::Tensor& f);

// Mean and variance of a quantity, per start.
struct Moments {
  autodiff::Tensor mean;
  autodiff::Tensor variance;
};

// Of V(x_m), where x_m follows `kernel` for m steps.
Moments ValueMoments(const autodiff::Tensor& kernel,
                     const autodiff::Tensor& value, int rollout_steps,
                     const Policy& policy = {});

// Of y = Σ_{j<b} γʲ r(x_{m+j}, a_{m+j}) + γᵇ V̄(x_{m+b}) along the real kernel.
Moments TargetMoments(const autodiff::Tensor& kernel,
                      const autodiff::Tensor& reward, double discount,
                      const autodiff::Tensor& target_value, VamlSteps steps,
                      const Policy& policy = {});

// E[(V̂_k − y)²] = (E V − E y)² + w Var[V] + Var[y] with w = 1/k for VAML with k
// samples and w = 0 for CVAML.
autodiff::Tensor ExactVaml(const Moments& value, const Moments& target,
                           double variance_weight);

// k sampled end states of m-step rollouts from every state.
struct Rollouts {
  autodiff::Tensor state;            // [n, k] of indices: x̂_m
  autodiff::Tensor log_probability;  // [n]: of all k rollouts together
};
Rollouts SampleRollouts(const autodiff::Tensor& kernel,
                        const autodiff::Tensor& log_kernel,
                        const autodiff::Tensor& random_state, int rollout_steps,
                        int64_t samples);

// One sample of y from every state.
autodiff::Tensor SampleTarget(const autodiff::Tensor& kernel,
                              const autodiff::Tensor& reward, double discount,
                              const autodiff::Tensor& target_value,
                              const autodiff::Tensor& random_state,
                              VamlSteps steps);

}  // namespace losses

#endif  // LOSSES_FINITE_VAML_H_
