// Figure 2 of the paper: which losses find the right values on Garnet
// problems, by temperature of the transitions and rank of the model.

#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/command_line.h"
#include "experiments/figure.h"
#include "experiments/garnet/study.h"
#include "experiments/output_directory.h"
#include "experiments/program.h"
#include "experiments/run_table.h"
#include "experiments/summary.h"
#include "experiments/winners.h"

namespace experiments {
namespace {

// Figure 2, and the entropy that explains it: the uncalibrated losses pay for
// the variance of their model.
std::vector<Figure> Figures() {
  const Figure lines{.statistic = Statistic::kMedian,
                     .x = "temperature",
                     .lines = "algorithm",
                     .panels = "rank",
                     .x_label = "temperature of the transitions"};
  Figure error = lines;
  error.name = "value_error";
  error.metric = "value_error";
  error.title = "Error of the learned value";
  error.y_label = "RMSE(V, V*) / std(V*)";
  error.log_y = true;
  Figure entropy = lines;
  entropy.name = "entropy";
  entropy.metric = "entropy";
  entropy.title = "Entropy of the learned model";
  entropy.y_label = "nats, mean over states";
  return {error, entropy};
}

absl::Status PrintWinners(const Summary& summary, int seeds) {
  const absl::StatusOr<std::string> winners = WinnersTable(
      summary,
      {.rows = "temperature", .columns = "rank", .metric = "value_error"});
  if (!winners.ok()) return winners.status();
  std::cout << "Lowest value error, RMSE(V, V*) / std(V*), median over "
            << seeds << " seeds\n(~: an interval of another overlaps):\n\n"
            << *winners;
  return absl::OkStatus();
}

absl::Status RunGarnet() {
  const absl::StatusOr<Study> study = StudyFromFlags();
  if (!study.ok()) return study.status();
  const auto directory =
      OutputDirectory::Open(absl::GetFlag(FLAGS_output_dir), FreeFlags());
  if (!directory.ok()) return directory.status();
  const absl::StatusOr<RunTable> runs = RunStudy(*study, **directory);
  if (!runs.ok()) return runs.status();

  const Summary summary = Summarize(*runs, "seed", Statistic::kMedian);
  std::cout << NonFiniteReport(*runs);
  if (absl::Status written =
          (*directory)->Write("summary.csv", SummaryCsv(summary));
      !written.ok()) {
    return written;
  }
  if (absl::Status printed = PrintWinners(summary, study->grid.seeds);
      !printed.ok()) {
    return printed;
  }
  if (absl::Status drawn = DrawFigures(**directory, Figures()); !drawn.ok()) {
    return drawn;
  }
  std::cout << "\nFigures and tables: " << (*directory)->path() << "\n";
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::ParseCommandLine(
      "garnet",
      "The Garnet study (Figure 2): five losses for models and values on "
      "random finite problems.",
      argc, argv);
  return experiments::ExitStatus(experiments::RunGarnet());
}
