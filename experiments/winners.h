// Which algorithm wins where, as a table for the terminal.
#ifndef EXPERIMENTS_WINNERS_H_
#define EXPERIMENTS_WINNERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/summary.h"

namespace experiments {

struct WinnersOptions {
  // Key columns of the summary: down, across, and who competes in a cell.
  std::string rows;
  std::string columns;
  std::string competitors = "algorithm";
  std::string metric;
  bool lowest_wins = true;
};

// Each cell names the competitor with the best `summary.statistic` and its
// value, with a '~' in front if the interval of another one overlaps the
// winner's: then the data do not tell them apart. NaN never wins. Other key
// columns must hold one value only: InvalidArgument otherwise.
//
//   temperature \ rank  2                 50
//   0.01                ~cvaml_1_0 0.131  mle 0.00213
absl::StatusOr<std::string> WinnersTable(const Summary& summary,
                                         const WinnersOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_WINNERS_H_
