// Figures of an experiment, drawn by tools/plots from its tables.
#ifndef EXPERIMENTS_FIGURE_H_
#define EXPERIMENTS_FIGURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/output_directory.h"
#include "experiments/summary.h"

namespace experiments {

struct Figure {
  // Files <name>.png and <name>.svg in the output folder.
  std::string name;
  std::string metric;
  // Drawn as lines; the intervals in summary.csv should be of the same.
  Statistic statistic = Statistic::kMean;

  // Key columns: the numbers along the x axis, a line for each value, a panel
  // for each value (may be empty: one panel).
  std::string x;
  std::string lines = "algorithm";
  std::string panels;
  // With this key as well, panels stand in a grid: a row for each of its
  // values, with a y axis of its own.
  std::string panel_rows;
  // A value of `lines` that is no competitor: drawn dashed and without a band.
  std::string reference;
  // "rank=10": only these rows. With lines and panels, they must leave one row
  // for each point.
  std::vector<std::string> where;

  std::string title;
  // With units; by default the column's name.
  std::string x_label;
  std::string y_label;
  bool log_x = true;
  // Of the size where all values are negative.
  bool log_y = false;
};

// Debian's Python, with Debian's matplotlib; the PATH may have another first.
inline constexpr char kPython[] = "/usr/bin/python3";

// Draws the figures from summary.csv in `directory`, unless --figures=false.
// FailedPrecondition if that cannot be: a missing matplotlib is explained in
// the message, any other reason by Python on stderr.
absl::Status DrawFigures(const OutputDirectory& directory,
                         const std::vector<Figure>& figures,
                         const std::string& python = kPython);

// The same for training.png and .svg, what a training has recorded in
// metrics.csv and eval.csv so far.
absl::Status DrawTrainingFigure(const OutputDirectory& directory,
                                const std::string& python = kPython);

// The same for calibration.png and .svg, from curve.csv of the calibration
// experiment: models of V in {low, high} of which the right one has `mean`.
absl::Status DrawCalibrationFigure(const OutputDirectory& directory, double low,
                                   double high, double mean,
                                   const std::string& python = kPython);

// The same for policies.png and .svg, the grid worlds of policies.csv.
absl::Status DrawPoliciesFigure(const OutputDirectory& directory,
                                const std::string& title,
                                const std::string& python = kPython);

}  // namespace experiments

#endif  // EXPERIMENTS_FIGURE_H_
