// The losses of the five algorithms that learn models and values of finite
// problems (section 5 of the paper).
#ifndef EXPERIMENTS_FINITE_OBJECTIVE_H_
#define EXPERIMENTS_FINITE_OBJECTIVE_H_

#include <cstdint>

#include "autodiff/tensor.h"
#include "losses/finite_vaml.h"

namespace experiments {

enum class Algorithm { kMle, kVaml10, kCvaml10, kVaml11, kCvaml11 };

// True of the CVAML variants, whose loss is corrected by a variance.
bool IsCalibrated(Algorithm algorithm);

// What trains the value at the start state in the MuZero variants (appendix
// C.1): the model's Bellman target, the real kernel's, or nothing.
enum class StartValue { kModel, kEnvironment, kNone };

struct ObjectiveConfig {
  Algorithm algorithm;
  StartValue start_value = StartValue::kModel;
  double discount = 0.9;
};

// What the losses are made of; n states. With a policy [n, A] the rows of P, r
// and p̂ are pairs of state and action, s·A + a; without, they are states.
struct ValueLearningProblem {
  autodiff::Tensor transitions;   // [rows, n]: the real P
  autodiff::Tensor reward;        // [rows]
  losses::Policy policy;          // π
  autodiff::Tensor model;         // [rows, n]: p̂
  autodiff::Tensor log_model;     // [rows, n]: log p̂
  autodiff::Tensor value;         // [n]: V, trained
  autodiff::Tensor target_value;  // [n]: V̄, frozen
};

// The expected training loss, a scalar: mean over states of the model's loss
// plus that of the value.
//   mle:       KL(P ‖ p̂)                   + (V − E_π[r + γ p̂V̄])²
//   *vaml_1_0: (1,0)-VAML of p̂ on V̄        + (V − E_π[r + γ p̂V̄])²
//   *vaml_1_1: (1,1)-VAML of p̂ and V       + (V − [start value's target])²
// The model's loss of a state is the mean of those of its rows: a greedy policy
// asks the model about every action, not about π's alone.
// `variance_weight` w stands before Var_p̂[V] in the vaml losses: 1/k for k
// model samples.
autodiff::Tensor ExactObjective(const ObjectiveConfig& config,
                                const ValueLearningProblem& problem,
                                double variance_weight);

// The same, without a policy, from `model_samples` samples of p̂ and one of P
// per state. Its gradient has that of ExactObjective with w = 1/model_samples
// as its mean (score function for p̂, direct for V).
autodiff::Tensor SampledObjective(const ObjectiveConfig& config,
                                  const ValueLearningProblem& problem,
                                  const autodiff::Tensor& random_state,
                                  int64_t model_samples);

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_OBJECTIVE_H_
