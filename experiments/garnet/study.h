// The Garnet study as its flags describe it.
#ifndef EXPERIMENTS_GARNET_STUDY_H_
#define EXPERIMENTS_GARNET_STUDY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "envs/garnet.h"
#include "experiments/garnet/learner.h"
#include "experiments/output_directory.h"
#include "experiments/sweep.h"

namespace experiments {

// The numbers of spec and paper; a grid of algorithms × temperatures × ranks ×
// seeds, one run each.
struct Study {
  std::vector<std::string> algorithms;
  std::vector<double> temperatures;
  std::vector<int> ranks;
  int first_seed = 0;
  int seeds = 8;
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

// Writes the update program of each algorithm and rank, if --dump_graph asks
// for it.
absl::Status DumpGraphs(const Study& study, const OutputDirectory& directory);

// The runs of the grid: temperature by temperature, rank by rank, then
// algorithm and seed.
std::vector<Run> StudyRuns(const Study& study);

}  // namespace experiments

#endif  // EXPERIMENTS_GARNET_STUDY_H_
