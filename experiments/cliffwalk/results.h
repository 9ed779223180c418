// What the runs of a cliffwalk study say, for tables and pictures.
#ifndef EXPERIMENTS_CLIFFWALK_RESULTS_H_
#define EXPERIMENTS_CLIFFWALK_RESULTS_H_

#include <string>

#include "experiments/cliffwalk/study.h"
#include "experiments/run_table.h"
#include "experiments/summary.h"

namespace experiments {

// The algorithm's name in summary.csv that stands for the optimal policy.
inline constexpr char kOptimal[] = "optimal";

// Over seeds, by algorithm, temperature, rank and iteration: start_value, and
// after the last iteration value_error and entropy. The start value of the
// optimal policy is there as an algorithm of its own.
Summary Summarize(const Study& study, const RunTable& runs);

// The mean start value after the last iteration, temperature by temperature and
// rank by rank, a column an algorithm.
std::string FinalValues(const Study& study, const Summary& summary);

// policies.csv: the optimal policy, and what each algorithm came to with the
// first seed at the study's temperature and rank of the picture. One line a
// cell: policy,start_value,row,column,kind,action,value. The kind is start,
// goal, cliff or free; of a cliff cell nothing else is there. The value is the
// one that the learner believes in.
std::string PoliciesCsv(const Study& study, const RunTable& runs);

}  // namespace experiments

#endif  // EXPERIMENTS_CLIFFWALK_RESULTS_H_
