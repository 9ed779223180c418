// Figure 9 of the paper: which losses find a good policy on the cliffwalk, by
// temperature of the transitions and rank of the model.

#include <iostream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "experiments/cliffwalk/results.h"
#include "experiments/cliffwalk/study.h"
#include "experiments/command_line.h"
#include "experiments/figure.h"
#include "experiments/output_directory.h"
#include "experiments/program.h"
#include "experiments/run_table.h"
#include "experiments/summary.h"

namespace experiments {
namespace {

Figure StartValues() {
  return {.name = "start_value",
          .metric = "start_value",
          .statistic = Statistic::kMean,
          .x = "iteration",
          .lines = "algorithm",
          .panels = "rank",
          .panel_rows = "temperature",
          .reference = kOptimal,
          .title = "True value of the policy at the start",
          .x_label = "iteration of the policy",
          .y_label = "value, raw rewards",
          .log_x = false,
          .log_y = true};
}

std::string PoliciesTitle(const Study& study) {
  return absl::StrCat("Policies and values learnt at temperature ",
                      NumberText(study.picture_temperature), ", rank ",
                      study.picture_rank, ", seed ", study.grid.first_seed);
}

absl::Status WriteTables(const Study& study, const RunTable& runs,
                         const OutputDirectory& directory) {
  const Summary summary = Summarize(study, runs);
  if (absl::Status written =
          directory.Write("summary.csv", SummaryCsv(summary));
      !written.ok()) {
    return written;
  }
  if (absl::Status written =
          directory.Write("policies.csv", PoliciesCsv(study, runs));
      !written.ok()) {
    return written;
  }
  std::cout << NonFiniteReport(runs)
            << "True value of the policy at the start after "
            << study.iteration.iterations << " iterations, mean over "
            << study.grid.seeds << " seeds:\n\n"
            << FinalValues(study, summary);
  return absl::OkStatus();
}

absl::Status RunCliffwalk() {
  const absl::StatusOr<Study> study = StudyFromFlags();
  if (!study.ok()) return study.status();
  const auto directory =
      OutputDirectory::Open(absl::GetFlag(FLAGS_output_dir), FreeFlags());
  if (!directory.ok()) return directory.status();
  const absl::StatusOr<RunTable> runs = RunStudy(*study, **directory);
  if (!runs.ok()) return runs.status();
  if (absl::Status written = WriteTables(*study, *runs, **directory);
      !written.ok()) {
    return written;
  }
  if (absl::Status drawn = DrawFigures(**directory, {StartValues()});
      !drawn.ok()) {
    return drawn;
  }
  if (absl::Status drawn =
          DrawPoliciesFigure(**directory, PoliciesTitle(*study));
      !drawn.ok()) {
    return drawn;
  }
  std::cout << "\nFigures and tables: " << (*directory)->path() << "\n";
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::ParseCommandLine(
      "cliffwalk",
      "The cliffwalk study (Figure 9): policy iteration with five losses for "
      "models and values.",
      argc, argv);
  return experiments::ExitStatus(experiments::RunCliffwalk());
}
