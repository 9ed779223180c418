// The Garnet study as its flags describe it.
#ifndef EXPERIMENTS_GARNET_STUDY_H_
#define EXPERIMENTS_GARNET_STUDY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "envs/garnet.h"
#include "experiments/finite/grid.h"
#include "experiments/finite/learner.h"
#include "experiments/output_directory.h"
#include "experiments/run_table.h"

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

// Its runs: value_error, model_based_error, loss and entropy at the end of
// each, see Metrics. Errors are those of RunSweep.
absl::StatusOr<RunTable> RunStudy(const Study& study,
                                  const OutputDirectory& directory);

}  // namespace experiments

#endif  // EXPERIMENTS_GARNET_STUDY_H_
