// The grid of a study: algorithms × temperatures × ranks × seeds, one run each.
#ifndef EXPERIMENTS_FINITE_GRID_H_
#define EXPERIMENTS_FINITE_GRID_H_

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/finite/learner.h"
#include "experiments/output_directory.h"
#include "experiments/sweep.h"

namespace experiments {

struct Grid {
  std::vector<std::string> algorithms;
  std::vector<double> temperatures;
  std::vector<int> ranks;
  int first_seed = 0;
  int seeds = 8;
};

struct GridPoint {
  std::string algorithm;
  double temperature;
  int rank;
  int seed;
};

// Reads the flags. Ranks go up to `states`, which messages call
// `name_of_states`. InvalidArgument with one sentence if a value is out of its
// range.
absl::StatusOr<Grid> GridFromFlags(int states,
                                   absl::string_view name_of_states);

// The flags that choose the runs.
std::vector<std::string> GridFlags();

// Key columns of runs.csv.
std::vector<std::string> GridKeys();

// One run for each point: temperature by temperature, rank by rank, then
// algorithm and seed.
std::vector<Run> GridRuns(
    const Grid& grid,
    const std::function<absl::StatusOr<std::vector<double>>(
        const GridPoint& point, std::stop_token stop)>& execute);

// `learner` with the algorithm and the rank of a point.
LearnerConfig LearnerAt(const GridPoint& point, LearnerConfig learner);

// Writes the update program of each algorithm and rank, if --dump_graph asks
// for it, from a learner at the first temperature and seed.
absl::Status DumpGraphs(
    const Grid& grid, const OutputDirectory& directory,
    const std::function<std::unique_ptr<Learner>(const GridPoint& point)>&
        make_learner);

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_GRID_H_
