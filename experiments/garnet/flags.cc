// The flags of the Garnet study and what they may be.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/garnet/algorithms.h"
#include "experiments/garnet/study.h"
#include "experiments/run_table.h"

// The grid.
ABSL_FLAG(std::vector<std::string>, algorithms, {},
          "Which of mle, vaml_1_0, cvaml_1_0, vaml_1_1, cvaml_1_1 to run.");
ABSL_FLAG(std::vector<std::string>, temperatures, {},
          "Temperatures of the real transitions, each > 0.");
ABSL_FLAG(std::vector<std::string>, ranks, {},
          "Ranks of the model's logits, each from 1 to --states.");
ABSL_FLAG(int, seeds, 8, "Number of seeds.");
ABSL_FLAG(int, first_seed, 0, "The first seed.");

// The problem.
ABSL_FLAG(int, states, 50, "Number of states.");
ABSL_FLAG(int, successors, 10, "Next states of each state.");
ABSL_FLAG(double, discount, 0.9, "Discount factor, 0 <= discount < 1.");

// The losses.
ABSL_FLAG(std::string, estimator, "exact",
          "exact: expectations in closed form; sampled: model and real samples "
          "with the likelihood-ratio gradient.");
ABSL_FLAG(int, model_samples, 4,
          "Model samples k per state of --estimator=sampled.");
ABSL_FLAG(double, variance_weight, 1,
          "Weight of the model's value variance in the exact vaml losses: 1/k "
          "for the expected loss of k samples.");
ABSL_FLAG(std::string, start_value, "model",
          "What trains the value at the start state in vaml_1_1 and cvaml_1_1: "
          "model (r + discount E_model V), environment (the same with the real "
          "kernel), none.");

// The optimisation.
ABSL_FLAG(int64_t, steps, 10'000, "Training steps.");
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
namespace {

// A dense kernel has the square of that many elements.
constexpr int kMostStates = 5000;

// InvalidArgument "--name=value: it must be <condition>" unless ok.
absl::Status Check(bool ok, absl::string_view name, const std::string& value,
                   absl::string_view condition) {
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", name, "=", value, ": it must be ", condition));
}

absl::Status CheckAtLeast(absl::string_view name, int64_t value,
                          int64_t least) {
  return Check(value >= least, name, absl::StrCat(value),
               absl::StrCat("at least ", least));
}

absl::Status CheckPositive(absl::string_view name, double value) {
  return Check(value > 0 && std::isfinite(value), name, NumberText(value),
               "a positive number");
}

absl::Status CheckFraction(absl::string_view name, double value) {
  return Check(value >= 0 && value < 1, name, NumberText(value),
               "at least 0 and below 1");
}

// Not empty, nothing twice.
absl::Status CheckList(absl::string_view name,
                       const std::vector<std::string>& list) {
  const std::set<std::string> different(list.begin(), list.end());
  return Check(!list.empty() && different.size() == list.size(), name,
               absl::StrJoin(list, ","),
               "a list of different values, separated by commas");
}

absl::Status ReadGrid(Study& study) {
  study.algorithms = absl::GetFlag(FLAGS_algorithms);
  for (const std::string& name : study.algorithms) {
    if (absl::Status known = Check(
            AlgorithmNamed(name).has_value(), "algorithms", name,
            absl::StrCat("one of ", absl::StrJoin(AlgorithmNames(), ", ")));
        !known.ok()) {
      return known;
    }
  }
  std::vector<std::string> temperatures, ranks;  // in one spelling
  for (const std::string& text : absl::GetFlag(FLAGS_temperatures)) {
    const double temperature = ParseNumber(text).value_or(0);
    if (absl::Status positive =
            Check(temperature > 0 && std::isfinite(temperature), "temperatures",
                  text, "a positive number");
        !positive.ok()) {
      return positive;
    }
    study.temperatures.push_back(temperature);
    temperatures.push_back(NumberText(temperature));
  }
  const int states = absl::GetFlag(FLAGS_states);
  for (const std::string& text : absl::GetFlag(FLAGS_ranks)) {
    int rank = 0;
    const bool whole = absl::SimpleAtoi(text, &rank);
    if (absl::Status in_range =
            Check(whole && rank >= 1 && rank <= states, "ranks", text,
                  absl::StrCat("a whole number from 1 to --states=", states));
        !in_range.ok()) {
      return in_range;
    }
    study.ranks.push_back(rank);
    ranks.push_back(absl::StrCat(rank));
  }
  study.first_seed = absl::GetFlag(FLAGS_first_seed);
  study.seeds = absl::GetFlag(FLAGS_seeds);
  constexpr int64_t kLargest = std::numeric_limits<int>::max();
  for (const absl::Status& status :
       {CheckList("algorithms", study.algorithms),
        CheckList("temperatures", temperatures), CheckList("ranks", ranks),
        CheckAtLeast("first_seed", study.first_seed, 0),
        CheckAtLeast("seeds", study.seeds, 1),
        Check(study.first_seed <= kLargest - study.seeds, "first_seed",
              absl::StrCat(study.first_seed),
              absl::StrCat("at most ", kLargest - study.seeds,
                           " with --seeds=", study.seeds))}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ReadGarnet(Study& study) {
  study.garnet.states = absl::GetFlag(FLAGS_states);
  study.garnet.successors = absl::GetFlag(FLAGS_successors);
  study.garnet.discount = absl::GetFlag(FLAGS_discount);
  for (const absl::Status& status :
       {Check(study.garnet.states >= 2 && study.garnet.states <= kMostStates,
              "states", absl::StrCat(study.garnet.states),
              absl::StrCat("from 2 to ", kMostStates)),
        Check(study.garnet.successors >= 1 &&
                  study.garnet.successors <= study.garnet.states,
              "successors", absl::StrCat(study.garnet.successors),
              absl::StrCat("from 1 to --states=", study.garnet.states)),
        CheckFraction("discount", study.garnet.discount)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ReadLosses(Study& study) {
  const std::string estimator = absl::GetFlag(FLAGS_estimator);
  const std::string start_value = absl::GetFlag(FLAGS_start_value);
  LearnerConfig& learner = study.learner;
  learner.model_samples = absl::GetFlag(FLAGS_model_samples);
  learner.variance_weight = absl::GetFlag(FLAGS_variance_weight);
  learner.objective.discount = study.garnet.discount;
  for (const absl::Status& status :
       {Check(EstimatorNamed(estimator).has_value(), "estimator", estimator,
              "exact or sampled"),
        Check(StartValueNamed(start_value).has_value(), "start_value",
              start_value, "model, environment or none"),
        CheckAtLeast("model_samples", learner.model_samples, 1),
        Check(learner.variance_weight >= 0 &&
                  std::isfinite(learner.variance_weight),
              "variance_weight", NumberText(learner.variance_weight),
              "a number that is not negative")}) {
    if (!status.ok()) return status;
  }
  learner.estimator = *EstimatorNamed(estimator);
  learner.objective.start_value = *StartValueNamed(start_value);
  if (learner.estimator == Estimator::kSampled && learner.model_samples < 2) {
    for (const std::string& name : study.algorithms) {
      if (!IsCalibrated(*AlgorithmNamed(name))) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("--model_samples=", learner.model_samples, ": ", name,
                       " with --estimator=sampled needs at least 2, as it "
                       "estimates a variance"));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadOptimisation(Study& study) {
  study.steps = absl::GetFlag(FLAGS_steps);
  LearnerConfig& learner = study.learner;
  learner.adam = {.learning_rate = absl::GetFlag(FLAGS_learning_rate),
                  .beta1 = absl::GetFlag(FLAGS_adam_beta1),
                  .beta2 = absl::GetFlag(FLAGS_adam_beta2),
                  .epsilon = absl::GetFlag(FLAGS_adam_epsilon)};
  learner.target_rate = absl::GetFlag(FLAGS_target_rate);
  learner.initial_scale = absl::GetFlag(FLAGS_initial_scale);
  learner.stop_at_nan = absl::GetFlag(FLAGS_stop_at_nan);
  for (const absl::Status& status :
       {CheckAtLeast("steps", study.steps, 1),
        CheckPositive("learning_rate", learner.adam.learning_rate),
        CheckFraction("adam_beta1", learner.adam.beta1),
        CheckFraction("adam_beta2", learner.adam.beta2),
        CheckPositive("adam_epsilon", learner.adam.epsilon),
        Check(learner.target_rate > 0 && learner.target_rate <= 1,
              "target_rate", NumberText(learner.target_rate),
              "above 0 and at most 1"),
        // From A = B = 0 no gradient would lead away.
        CheckPositive("initial_scale", learner.initial_scale)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> FreeFlags() {
  return {"algorithms", "temperatures", "ranks",
          "seeds",      "first_seed",   "stop_at_nan"};
}

absl::StatusOr<Study> StudyFromFlags() {
  Study study;
  for (const auto read : {ReadGarnet, ReadGrid, ReadLosses, ReadOptimisation}) {
    if (absl::Status status = read(study); !status.ok()) return status;
  }
  return study;
}

}  // namespace experiments
