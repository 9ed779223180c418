#include "experiments/finite/objective.h"

#include "autodiff/ops.h"
#include "losses/finite_vaml.h"
#include "losses/likelihood.h"
#include "losses/score_function.h"
#include "losses/td.h"
#include "losses/vaml.h"

namespace experiments {
namespace {

using autodiff::Tensor;

// The (1, 1) variants train V through the model's loss.
bool TrainsValue(Algorithm algorithm) {
  return algorithm == Algorithm::kVaml11 || algorithm == Algorithm::kCvaml11;
}

losses::VamlSteps StepsOf(Algorithm algorithm) {
  return {.rollout_steps = 1,
          .bootstrap_steps = TrainsValue(algorithm) ? 1 : 0};
}

// V inside the VAML loss: trained by the (1, 1) variants, frozen in (1, 0).
Tensor RolloutValue(Algorithm algorithm, const ValueLearningProblem& problem) {
  return TrainsValue(algorithm) ? problem.value : problem.target_value;
}

// Mean over the actions of each state: [n·A] → [n].
Tensor MeanOverActions(const losses::Policy& policy, const Tensor& f) {
  if (!policy.has_value()) return f;
  return Mean(Reshape(f, policy->shape().sizes()), {-1});
}

// Adds (V − y)² at the start state, where y = E_π[r + γ (next value)]: the
// model's for all but a (1, 1) variant that is told otherwise.
Tensor AddValueLoss(const ObjectiveConfig& config,
                    const ValueLearningProblem& problem,
                    const Tensor& model_loss, const Tensor& model_next_value,
                    const Tensor& real_next_value) {
  const bool chooses = TrainsValue(config.algorithm);
  if (chooses && config.start_value == StartValue::kNone) return model_loss;
  const bool real = chooses && config.start_value == StartValue::kEnvironment;
  const Tensor target = losses::AverageOverActions(
      problem.policy,
      losses::BootstrapTarget({problem.reward}, config.discount,
                              real ? real_next_value : model_next_value));
  return model_loss + losses::Td(problem.value, target);
}

}  // namespace

bool IsCalibrated(Algorithm algorithm) {
  return algorithm == Algorithm::kCvaml10 || algorithm == Algorithm::kCvaml11;
}

Tensor ExactObjective(const ObjectiveConfig& config,
                      const ValueLearningProblem& problem,
                      double variance_weight) {
  const Algorithm algorithm = config.algorithm;
  Tensor model_loss;
  if (algorithm == Algorithm::kMle) {
    model_loss = losses::KlDivergence(problem.transitions, problem.log_model);
  } else {
    const losses::VamlSteps steps = StepsOf(algorithm);
    model_loss = losses::ExactVaml(
        losses::ValueMoments(problem.model, RolloutValue(algorithm, problem),
                             steps.rollout_steps),
        losses::TargetMoments(problem.transitions, problem.reward,
                              config.discount, problem.target_value, steps,
                              problem.policy),
        IsCalibrated(algorithm) ? 0 : variance_weight);
  }
  const auto next_value = [&](const Tensor& kernel) {
    return losses::ValueMoments(kernel, problem.target_value, 1).mean;
  };
  return Mean(
      AddValueLoss(config, problem, MeanOverActions(problem.policy, model_loss),
                   next_value(problem.model), next_value(problem.transitions)));
}

Tensor SampledObjective(const ObjectiveConfig& config,
                        const ValueLearningProblem& problem,
                        const Tensor& random_state, int64_t model_samples) {
  const Algorithm algorithm = config.algorithm;
  const losses::Rollouts model = losses::SampleRollouts(
      problem.model, problem.log_model, random_state, 1, model_samples);
  const losses::Rollouts real = losses::SampleRollouts(
      problem.transitions, Log(problem.transitions), random_state, 1, 1);
  Tensor model_loss;
  if (algorithm == Algorithm::kMle) {
    model_loss = Mean(
        losses::NegativeLogLikelihood(problem.log_model, real.state), {-1});
  } else {
    const Tensor values = Gather(RolloutValue(algorithm, problem), model.state);
    const Tensor target = losses::SampleTarget(
        problem.transitions, problem.reward, config.discount,
        problem.target_value, random_state, StepsOf(algorithm));
    model_loss = losses::WithScoreFunction(
        IsCalibrated(algorithm)
            ? losses::CalibratedVaml(values, target,
                                     losses::ModelKind::kStochastic)
            : losses::Vaml(values, target),
        model.log_probability);
  }
  const auto next_value = [&](const losses::Rollouts& rollouts) {
    return Mean(Gather(problem.target_value, rollouts.state), {-1});
  };
  return Mean(AddValueLoss(config, problem, model_loss, next_value(model),
                           next_value(real)));
}

}  // namespace experiments
