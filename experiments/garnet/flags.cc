// The flags of the Garnet study, beside those of its grid and its learner.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "experiments/finite/algorithms.h"
#include "experiments/finite/grid.h"
#include "experiments/finite/learner_flags.h"
#include "experiments/flag_checks.h"
#include "experiments/garnet/study.h"

ABSL_FLAG(int, states, 50, "Number of states.");
ABSL_FLAG(int, successors, 10, "Next states of each state.");
ABSL_FLAG(std::string, estimator, "exact",
          "exact: expectations in closed form; sampled: model and real samples "
          "with the likelihood-ratio gradient.");
ABSL_FLAG(int, model_samples, 4,
          "Model samples k per state of --estimator=sampled.");
ABSL_FLAG(int64_t, steps, 10'000, "Training steps.");

namespace experiments {
namespace {

// A dense kernel has the square of that many elements.
constexpr int kMostStates = 5000;

absl::Status ReadGarnet(Study& study) {
  envs::GarnetConfig& garnet = study.garnet;
  garnet.states = absl::GetFlag(FLAGS_states);
  garnet.successors = absl::GetFlag(FLAGS_successors);
  study.steps = absl::GetFlag(FLAGS_steps);
  return FirstError(
      {Check(garnet.states >= 2 && garnet.states <= kMostStates, "states",
             absl::StrCat(garnet.states),
             absl::StrCat("from 2 to ", kMostStates)),
       Check(garnet.successors >= 1 && garnet.successors <= garnet.states,
             "successors", absl::StrCat(garnet.successors),
             absl::StrCat("from 1 to --states=", garnet.states)),
       CheckAtLeast("steps", study.steps, 1)});
}

absl::Status ReadGrid(Study& study) {
  const int states = study.garnet.states;
  absl::StatusOr<Grid> grid =
      GridFromFlags(states, absl::StrCat("--states=", states));
  if (!grid.ok()) return grid.status();
  study.grid = *std::move(grid);
  return absl::OkStatus();
}

absl::Status ReadLearner(Study& study) {
  const absl::StatusOr<LearnerConfig> common = LearnerFromFlags();
  if (!common.ok()) return common.status();
  study.learner = *common;
  study.garnet.discount = common->objective.discount;
  const std::string name = absl::GetFlag(FLAGS_estimator);
  const std::optional<Estimator> estimator = EstimatorNamed(name);
  const int samples = absl::GetFlag(FLAGS_model_samples);
  absl::Status valid = FirstError(
      {Check(estimator.has_value(), "estimator", name, "exact or sampled"),
       CheckAtLeast("model_samples", samples, 1)});
  if (!valid.ok()) return valid;
  study.learner.estimator = *estimator;
  study.learner.model_samples = samples;
  if (estimator == Estimator::kExact || samples >= 2) return absl::OkStatus();
  for (const std::string& algorithm : study.grid.algorithms) {
    if (!IsCalibrated(*AlgorithmNamed(algorithm))) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--model_samples=", samples, ": ", algorithm,
                     " with --estimator=sampled needs at least 2, as it "
                     "estimates a variance"));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> FreeFlags() {
  std::vector<std::string> flags = GridFlags();
  flags.emplace_back("stop_at_nan");
  return flags;
}

absl::StatusOr<Study> StudyFromFlags() {
  Study study;
  for (const auto read : {ReadGarnet, ReadGrid, ReadLearner}) {
    if (absl::Status status = read(study); !status.ok()) return status;
  }
  return study;
}

}  // namespace experiments
