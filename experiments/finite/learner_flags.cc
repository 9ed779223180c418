#include "experiments/finite/learner_flags.h"

#include <cmath>
#include <optional>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "experiments/finite/algorithms.h"
#include "experiments/flag_checks.h"
#include "experiments/run_table.h"

ABSL_FLAG(double, discount, 0.9, "Discount factor, 0 <= discount < 1.");

ABSL_FLAG(double, variance_weight, 1,
          "Weight of the model's value variance in the exact vaml losses: 1/k "
          "for the expected loss of k samples.");
ABSL_FLAG(std::string, start_value, "model",
          "What trains the value at the start state in vaml_1_1 and cvaml_1_1: "
          "model (r + discount E_model V), environment (the same with the real "
          "kernel), none.");

ABSL_FLAG(double, learning_rate, 0.01, "Of Adam.");
ABSL_FLAG(double, adam_beta1, 0.9, "Decay of Adam's first moment.");
ABSL_FLAG(double, adam_beta2, 0.999, "Decay of Adam's second moment.");
ABSL_FLAG(double, adam_epsilon, 1e-8, "Added to Adam's root.");
ABSL_FLAG(double, target_rate, 0.02,
          "Rate at which the target value follows the value.");
ABSL_FLAG(double, initial_scale, 0.01,
          "Standard deviation of the model's first parameters.");

ABSL_FLAG(bool, stop_at_nan, false,
          "End at the first node of a training step that makes a NaN or an "
          "infinity, naming it and the line that recorded it. Slower.");

namespace experiments {

absl::StatusOr<LearnerConfig> LearnerFromFlags() {
  const std::string start_value = absl::GetFlag(FLAGS_start_value);
  const std::optional<StartValue> known_start_value =
      StartValueNamed(start_value);
  const LearnerConfig learner = {
      .objective = {.start_value =
                        known_start_value.value_or(StartValue::kModel),
                    .discount = absl::GetFlag(FLAGS_discount)},
      .variance_weight = absl::GetFlag(FLAGS_variance_weight),
      .initial_scale = absl::GetFlag(FLAGS_initial_scale),
      .target_rate = absl::GetFlag(FLAGS_target_rate),
      .adam = {.learning_rate = absl::GetFlag(FLAGS_learning_rate),
               .beta1 = absl::GetFlag(FLAGS_adam_beta1),
               .beta2 = absl::GetFlag(FLAGS_adam_beta2),
               .epsilon = absl::GetFlag(FLAGS_adam_epsilon)},
      .stop_at_nan = absl::GetFlag(FLAGS_stop_at_nan)};
  absl::Status valid = FirstError(
      {CheckFraction("discount", learner.objective.discount),
       Check(learner.variance_weight >= 0 &&
                 std::isfinite(learner.variance_weight),
             "variance_weight", NumberText(learner.variance_weight),
             "a number that is not negative"),
       Check(known_start_value.has_value(), "start_value", start_value,
             "model, environment or none"),
       CheckPositive("learning_rate", learner.adam.learning_rate),
       CheckFraction("adam_beta1", learner.adam.beta1),
       CheckFraction("adam_beta2", learner.adam.beta2),
       CheckPositive("adam_epsilon", learner.adam.epsilon),
       Check(learner.target_rate > 0 && learner.target_rate <= 1, "target_rate",
             NumberText(learner.target_rate), "above 0 and at most 1"),
       // From A = B = 0 no gradient would lead away.
       CheckPositive("initial_scale", learner.initial_scale)});
  if (!valid.ok()) return valid;
  return learner;
}

}  // namespace experiments
