// The smallest experiment: how to write one. It measures the volume of a ball
// with random points, independent or stratified ones.
//
//   bazel run //experiments:example -- --preset=quick

#include <cmath>
#include <iostream>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "experiments/command_line.h"
#include "experiments/figure.h"
#include "experiments/output_directory.h"
#include "experiments/program.h"
#include "experiments/summary.h"
#include "experiments/sweep.h"
#include "experiments/winners.h"

// Flags of the grid choose the runs; later commands may extend it.
ABSL_FLAG(std::vector<std::string>, dimensions, {"2"}, "Of the ball.");
ABSL_FLAG(std::vector<std::string>, points, {"10"}, "Random points of a run.");
ABSL_FLAG(int, seeds, 5, "Runs of each kind.");
// A setting changes the result of every run: one value in a folder.
ABSL_FLAG(double, norm, 2, "The ball is |x_1|^norm + ... <= 1.");

namespace experiments {
namespace {

// The share of the unit cube that lies in the ball (Dirichlet, 1839).
double TrueShare(int dimension, double norm) {
  return std::pow(std::tgamma(1 / norm + 1), dimension) /
         std::tgamma(dimension / norm + 1);
}

// One run: the relative error of the share of `points` points in the ball.
// Stratified, each has a slice of the first coordinate to itself.
absl::StatusOr<std::vector<double>> MeasureBall(bool stratified, int dimension,
                                                int points, int seed,
                                                double norm,
                                                std::stop_token stop) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform;
  int inside = 0;
  for (int i = 0; i < points; ++i) {
    if (stop.stop_requested()) return absl::CancelledError("stopped");
    const double first = uniform(generator);
    double sum = std::pow(stratified ? (i + first) / points : first, norm);
    for (int d = 1; d < dimension; ++d) {
      sum += std::pow(uniform(generator), norm);
    }
    inside += sum <= 1;
  }
  const double share = static_cast<double>(inside) / points;
  return std::vector<double>{std::abs(share / TrueShare(dimension, norm) - 1)};
}

// Whole numbers from 1 to 1e9.
absl::StatusOr<std::vector<int>> Counts(absl::string_view flag,
                                        const std::vector<std::string>& texts) {
  std::vector<int> counts;
  for (const std::string& text : texts) {
    const double count = ParseNumber(text).value_or(0);
    if (!(count >= 1 && count <= 1e9 && count == std::floor(count))) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--", flag, "=", text, ": it must be a whole number from 1 to 1e9"));
    }
    counts.push_back(static_cast<int>(count));
  }
  return counts;
}

absl::StatusOr<std::vector<Run>> Runs() {
  const auto dimensions = Counts("dimensions", absl::GetFlag(FLAGS_dimensions));
  if (!dimensions.ok()) return dimensions.status();
  const auto all_points = Counts("points", absl::GetFlag(FLAGS_points));
  if (!all_points.ok()) return all_points.status();
  const double norm = absl::GetFlag(FLAGS_norm);
  std::vector<Run> runs;
  for (const bool stratified : {false, true}) {
    for (const int dimension : *dimensions) {
      for (const int points : *all_points) {
        for (int seed = 0; seed < absl::GetFlag(FLAGS_seeds); ++seed) {
          runs.push_back({.key = {stratified ? "stratified" : "independent",
                                  absl::StrCat(dimension), absl::StrCat(points),
                                  absl::StrCat(seed)},
                          .cost = static_cast<double>(points) * dimension,
                          .execute = [=](std::stop_token stop) {
                            return MeasureBall(stratified, dimension, points,
                                               seed, norm, stop);
                          }});
        }
      }
    }
  }
  return runs;
}

absl::Status RunExample() {
  const absl::StatusOr<std::vector<Run>> grid = Runs();
  if (!grid.ok()) return grid.status();
  const auto directory = OutputDirectory::Open(
      absl::GetFlag(FLAGS_output_dir), {"dimensions", "points", "seeds"});
  if (!directory.ok()) return directory.status();
  const absl::StatusOr<RunTable> runs = RunSweep(
      **directory, {{"algorithm", "dimension", "points", "seed"}, {"error"}},
      *grid, absl::GetFlag(FLAGS_threads));
  if (!runs.ok()) return runs.status();

  const Summary summary = Summarize(*runs, "seed", Statistic::kMean);
  const absl::Status written =
      (*directory)->Write("summary.csv", SummaryCsv(summary));
  if (!written.ok()) return written;
  const absl::StatusOr<std::string> winners = WinnersTable(
      summary, {.rows = "points", .columns = "dimension", .metric = "error"});
  if (!winners.ok()) return winners.status();
  std::cout << NonFiniteReport(*runs) << *winners << std::flush;
  return DrawFigures(**directory, {{.name = "error",
                                    .metric = "error",
                                    .x = "points",
                                    .panels = "dimension",
                                    .y_label = "relative error of the volume",
                                    .log_y = true}});
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::ParseCommandLine(
      "example", "Measures the volume of a ball with random points.", argc,
      argv);
  return experiments::ExitStatus(experiments::RunExample());
}
