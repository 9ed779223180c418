// Figure 2 of the paper: which losses find the right values on Garnet
// problems, by temperature of the transitions and rank of the model.

#include <iostream>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/command_line.h"
#include "experiments/garnet/study.h"
#include "experiments/output_directory.h"
#include "experiments/summary.h"
#include "experiments/sweep.h"
#include "experiments/winners.h"

namespace experiments {
namespace {

absl::Status RunGarnet() {
  const absl::StatusOr<Study> study = StudyFromFlags();
  if (!study.ok()) return study.status();
  const auto directory =
      OutputDirectory::Open(absl::GetFlag(FLAGS_output_dir), GridFlags());
  if (!directory.ok()) return directory.status();

  const absl::StatusOr<RunTable> runs =
      RunSweep(**directory, StudyColumns(), StudyRuns(*study),
               absl::GetFlag(FLAGS_threads));
  if (!runs.ok()) return runs.status();

  const Summary summary = Summarize(*runs, "seed", Statistic::kMedian);
  if (absl::Status written =
          (*directory)->Write("summary.csv", SummaryCsv(summary));
      !written.ok()) {
    return written;
  }
  const absl::StatusOr<std::string> winners = WinnersTable(
      summary,
      {.rows = "temperature", .columns = "rank", .metric = "value_error"});
  if (!winners.ok()) return winners.status();
  std::cout << NonFiniteReport(*runs)
            << "Lowest value error, RMSE(V, V*) / std(V*), median over "
            << study->seeds << " seeds:\n\n"
            << *winners << "\nResults: " << (*directory)->path() << "\n";
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
