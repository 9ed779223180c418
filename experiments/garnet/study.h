// The Garnet study as its flags describe it.
#ifndef EXPERIMENTS_GARNET_STUDY_H_
#define EXPERIMENTS_GARNET_STUDY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "envs/garnet.h"
#include "experiments/finite/grid.h"
#include "experiments/finite/learner.h"
#include "experiments/run_table.h"
#include "experiments/sweep.h"

namespace experiments {

// The numbers of spec and paper.
struct Study {
  Grid grid;
  int64_t steps = 10'000;
  envs::GarnetConfig garnet;
  LearnerConfig learner;
};

// Reads the flags. InvalidArgument with one sentence if a value is out of its
// range or does not fit another one.
absl::StatusOr<Study> StudyFromFlags();

// The flags that change no run: which ones the grid has, and how they are
// watched.
std::vector<std::string> FreeFlags();

// Key and metric columns of runs.csv.
Columns StudyColumns();

// The learner of a point, before its first step.
std::unique_ptr<Learner> MakeLearner(const Study& study,
                                     const GridPoint& point);

// The runs of the grid.
std::vector<Run> StudyRuns(const Study& study);

}  // namespace experiments

#endif  // EXPERIMENTS_GARNET_STUDY_H_
