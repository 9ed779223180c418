// The cliffwalk study as its flags describe it.
#ifndef EXPERIMENTS_CLIFFWALK_STUDY_H_
#define EXPERIMENTS_CLIFFWALK_STUDY_H_

#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "envs/cliffwalk.h"
#include "envs/markov_decision_process.h"
#include "experiments/cliffwalk/policy_iteration.h"
#include "experiments/finite/grid.h"
#include "experiments/output_directory.h"
#include "experiments/run_table.h"

namespace experiments {

struct Study {
  Grid grid;
  PolicyIterationConfig iteration;
  // Of the picture of policies: one of the grid's.
  double picture_temperature = 1;
  int picture_rank = 2;
};

// Reads the flags. InvalidArgument with one sentence if a value is out of its
// range or does not fit another one.
absl::StatusOr<Study> StudyFromFlags();

// The flags that change no run: which ones the grid has, and how they are
// watched and shown.
std::vector<std::string> FreeFlags();

// The true problem at a temperature, in raw rewards.
envs::MarkovDecisionProcess ProblemAt(const Study& study, double temperature);

// Its runs. Metrics: start_value_<i>, the true raw value of the policy at the
// start after i iterations; value_error and entropy of the last evaluation (see
// Metrics); for each state the action of the last policy and the raw value that
// the learner believed in when it chose it. Errors are those of RunSweep.
absl::StatusOr<RunTable> RunStudy(const Study& study,
                                  const OutputDirectory& directory);

// Where each of them stands among a row's metrics.
int StartValueColumn(int iteration);
int ValueErrorColumn(const Study& study);
int EntropyColumn(const Study& study);
int ActionColumn(const Study& study, int state);
int ValueColumn(const Study& study, int state);

}  // namespace experiments

#endif  // EXPERIMENTS_CLIFFWALK_STUDY_H_
