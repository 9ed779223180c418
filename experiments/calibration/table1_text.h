// Table 1 as text: line by line, and the pattern of its cells in the paper's
// words.
#ifndef EXPERIMENTS_CALIBRATION_TABLE1_TEXT_H_
#define EXPERIMENTS_CALIBRATION_TABLE1_TEXT_H_

#include <string>
#include <vector>

#include "experiments/calibration/table1.h"

namespace experiments {

// "MuZero, stochastic model, deterministic environment, sample loss, V".
std::string CellName(const Cell& cell);

// The excess of each cell by number of samples.
std::string CellsText(const std::vector<CellResult>& results);
// One line an excess under a header line.
std::string CellsCsv(const std::vector<CellResult>& results);

// A cell of the paper's table: what all targets of both losses say together.
struct Verdict {
  Stochasticity model, environment;
  Method method;
  std::string computed, in_paper;
};

// The 12 cells, from all results:
//   calibrated                     the sample loss is, for every target
//   uncalibrated (resolvable)      not, but the corrected loss is
//   uncalibrated (for VF updates)  the corrected loss is for the model and for
//                                  the mean of V only
std::vector<Verdict> Verdicts(const std::vector<CellResult>& results);
std::string VerdictsText(const std::vector<Verdict>& verdicts);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_TABLE1_TEXT_H_
