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
#include "experiments/run_table.h"

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

// `learner` with the algorithm and the rank of a point.
LearnerConfig LearnerAt(const GridPoint& point, LearnerConfig learner);

// What a study does at a point.
struct GridExperiment {
  // The learner before its first step.
  std::function<std::unique_ptr<Learner>(const GridPoint& point)> make_learner;
  // One number a metric; called on several threads, see Run in sweep.h.
  std::function<absl::StatusOr<std::vector<double>>(
      const GridPoint& point, const std::stop_token& stop)>
      execute;
};

// Does the runs of the grid, see RunSweep: temperature by temperature, rank by
// rank, then algorithm and seed. The keys of a row are algorithm, temperature,
// rank, seed. Before that, if --dump_graph asks for it, writes the update
// program of each algorithm and rank, from a learner at the first temperature
// and seed.
absl::StatusOr<RunTable> RunGrid(const Grid& grid,
                                 const std::vector<std::string>& metrics,
                                 const GridExperiment& experiment,
                                 const OutputDirectory& directory);

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_GRID_H_
