// The flags of the learner that every study has.
#ifndef EXPERIMENTS_FINITE_LEARNER_FLAGS_H_
#define EXPERIMENTS_FINITE_LEARNER_FLAGS_H_

#include "absl/status/statusor.h"
#include "experiments/finite/learner.h"

namespace experiments {

// Discount, losses and optimisation; algorithm and rank are those of the grid.
// InvalidArgument with one sentence if a value is out of its range.
absl::StatusOr<LearnerConfig> LearnerFromFlags();

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_LEARNER_FLAGS_H_
