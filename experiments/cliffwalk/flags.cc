// The flags of the cliffwalk study, beside those of its grid and its learner.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "envs/cliffwalk.h"
#include "experiments/cliffwalk/study.h"
#include "experiments/finite/grid.h"
#include "experiments/finite/learner_flags.h"
#include "experiments/flag_checks.h"
#include "experiments/run_table.h"

ABSL_FLAG(int, iterations, 20, "Iterations of the policy.");
ABSL_FLAG(int64_t, steps, 2000, "Training steps of each iteration.");
ABSL_FLAG(double, reward_scale, 100,
          "Learners see rewards divided by this; results are in raw rewards.");
ABSL_FLAG(double, picture_temperature, 0,
          "Of the picture of policies; 0: the middle one of --temperatures.");
ABSL_FLAG(int, picture_rank, 0,
          "Of the picture of policies; 0: the first one of --ranks.");

namespace experiments {
namespace {

// A column of runs.csv each.
constexpr int kMostIterations = 1000;

absl::Status ReadIteration(Study& study) {
  const absl::StatusOr<LearnerConfig> learner = LearnerFromFlags();
  if (!learner.ok()) return learner.status();
  study.iteration = {.iterations = absl::GetFlag(FLAGS_iterations),
                     .steps = absl::GetFlag(FLAGS_steps),
                     .reward_scale = absl::GetFlag(FLAGS_reward_scale),
                     .learner = *learner};
  return FirstError(
      {Check(study.iteration.iterations >= 1 &&
                 study.iteration.iterations <= kMostIterations,
             "iterations", absl::StrCat(study.iteration.iterations),
             absl::StrCat("from 1 to ", kMostIterations)),
       CheckAtLeast("steps", study.iteration.steps, 1),
       CheckPositive("reward_scale", study.iteration.reward_scale)});
}

absl::Status ReadGrid(Study& study) {
  absl::StatusOr<Grid> grid =
      GridFromFlags(envs::kCliffwalkStates,
                    absl::StrCat(envs::kCliffwalkStates, ", the states"));
  if (!grid.ok()) return grid.status();
  study.grid = *std::move(grid);
  return absl::OkStatus();
}

absl::Status ReadPicture(Study& study) {
  const std::vector<double>& temperatures = study.grid.temperatures;
  const std::vector<int>& ranks = study.grid.ranks;
  study.picture_temperature = absl::GetFlag(FLAGS_picture_temperature);
  if (study.picture_temperature == 0) {
    study.picture_temperature = temperatures[(temperatures.size() - 1) / 2];
  }
  study.picture_rank = absl::GetFlag(FLAGS_picture_rank);
  if (study.picture_rank == 0) study.picture_rank = ranks.front();
  return FirstError(
      {Check(std::find(temperatures.begin(), temperatures.end(),
                       study.picture_temperature) != temperatures.end(),
             "picture_temperature", NumberText(study.picture_temperature),
             "one of --temperatures"),
       Check(std::find(ranks.begin(), ranks.end(), study.picture_rank) !=
                 ranks.end(),
             "picture_rank", absl::StrCat(study.picture_rank),
             "one of --ranks")});
}

}  // namespace

std::vector<std::string> FreeFlags() {
  std::vector<std::string> flags = GridFlags();
  flags.insert(flags.end(),
               {"picture_rank", "picture_temperature", "stop_at_nan"});
  return flags;
}

absl::StatusOr<Study> StudyFromFlags() {
  Study study;
  for (const auto read : {ReadIteration, ReadGrid, ReadPicture}) {
    if (absl::Status status = read(study); !status.ok()) return status;
  }
  return study;
}

}  // namespace experiments
