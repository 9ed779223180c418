#include "experiments/finite/grid.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/command_line.h"
#include "experiments/dump_graph.h"
#include "experiments/finite/algorithms.h"
#include "experiments/flag_checks.h"
#include "experiments/run_table.h"
#include "experiments/sweep.h"

ABSL_FLAG(std::vector<std::string>, algorithms, {},
          "Which of mle, vaml_1_0, cvaml_1_0, vaml_1_1, cvaml_1_1 to run.");
ABSL_FLAG(std::vector<std::string>, temperatures, {},
          "Temperatures of the real transitions, each > 0.");
ABSL_FLAG(std::vector<std::string>, ranks, {},
          "Ranks of the model's logits, each from 1 to the number of states.");
ABSL_FLAG(int, seeds, 8, "Number of seeds.");
ABSL_FLAG(int, first_seed, 0, "The first seed.");

namespace experiments {
namespace {

absl::Status ReadAlgorithms(Grid& grid) {
  grid.algorithms = absl::GetFlag(FLAGS_algorithms);
  for (const std::string& name : grid.algorithms) {
    absl::Status known =
        Check(AlgorithmNamed(name).has_value(), "algorithms", name,
              absl::StrCat("one of ", absl::StrJoin(AlgorithmNames(), ", ")));
    if (!known.ok()) return known;
  }
  return CheckList("algorithms", grid.algorithms);
}

absl::Status ReadTemperatures(Grid& grid) {
  std::vector<std::string> texts;  // in one spelling
  for (const std::string& text : absl::GetFlag(FLAGS_temperatures)) {
    const double temperature = ParseNumber(text).value_or(0);
    absl::Status positive = Check(temperature > 0 && std::isfinite(temperature),
                                  "temperatures", text, "a positive number");
    if (!positive.ok()) return positive;
    grid.temperatures.push_back(temperature);
    texts.push_back(NumberText(temperature));
  }
  return CheckList("temperatures", texts);
}

absl::Status ReadRanks(int states, absl::string_view name_of_states,
                       Grid& grid) {
  std::vector<std::string> texts;  // in one spelling
  for (const std::string& text : absl::GetFlag(FLAGS_ranks)) {
    int rank = 0;
    const bool whole = absl::SimpleAtoi(text, &rank);
    absl::Status in_range =
        Check(whole && rank >= 1 && rank <= states, "ranks", text,
              absl::StrCat("a whole number from 1 to ", name_of_states));
    if (!in_range.ok()) return in_range;
    grid.ranks.push_back(rank);
    texts.push_back(absl::StrCat(rank));
  }
  return CheckList("ranks", texts);
}

absl::Status ReadSeeds(Grid& grid) {
  grid.first_seed = absl::GetFlag(FLAGS_first_seed);
  grid.seeds = absl::GetFlag(FLAGS_seeds);
  constexpr int64_t kLargest = std::numeric_limits<int>::max();
  return FirstError({CheckAtLeast("first_seed", grid.first_seed, 0),
                     CheckAtLeast("seeds", grid.seeds, 1),
                     Check(grid.first_seed <= kLargest - grid.seeds,
                           "first_seed", absl::StrCat(grid.first_seed),
                           absl::StrCat("at most ", kLargest - grid.seeds,
                                        " with --seeds=", grid.seeds))});
}

absl::Status DumpGraphs(const Grid& grid, const GridExperiment& experiment,
                        const OutputDirectory& directory) {
  if (!WantsGraphs()) return absl::OkStatus();
  for (const std::string& algorithm : grid.algorithms) {
    for (const int rank : grid.ranks) {
      const std::unique_ptr<Learner> learner = experiment.make_learner(
          {algorithm, grid.temperatures.front(), rank, grid.first_seed});
      absl::Status dumped =
          DumpGraph(directory, absl::StrCat(algorithm, "_rank_", rank),
                    learner->update());
      if (!dumped.ok()) return dumped;
    }
  }
  return absl::OkStatus();
}

std::vector<Run> RunsOf(const Grid& grid, const GridExperiment& experiment) {
  std::vector<Run> runs;
  for (const double temperature : grid.temperatures) {
    for (const int rank : grid.ranks) {
      for (const std::string& algorithm : grid.algorithms) {
        for (int i = 0; i < grid.seeds; ++i) {
          const GridPoint point = {algorithm, temperature, rank,
                                   grid.first_seed + i};
          runs.push_back({
              .key = {algorithm, NumberText(temperature), absl::StrCat(rank),
                      absl::StrCat(point.seed)},
              // Matrix products grow with the rank, the rest does not.
              .cost = 30.0 + rank,
              .execute =
                  [point,
                   execute = experiment.execute](const std::stop_token& stop) {
                    return execute(point, stop);
                  },
          });
        }
      }
    }
  }
  return runs;
}

}  // namespace

absl::StatusOr<Grid> GridFromFlags(int states,
                                   absl::string_view name_of_states) {
  Grid grid;
  absl::Status read =
      FirstError({ReadAlgorithms(grid), ReadTemperatures(grid),
                  ReadRanks(states, name_of_states, grid), ReadSeeds(grid)});
  if (!read.ok()) return read;
  return grid;
}

std::vector<std::string> GridFlags() {
  return {"algorithms", "temperatures", "ranks", "seeds", "first_seed"};
}

LearnerConfig LearnerAt(const GridPoint& point, LearnerConfig learner) {
  learner.objective.algorithm = *AlgorithmNamed(point.algorithm);
  learner.rank = point.rank;
  return learner;
}

absl::StatusOr<RunTable> RunGrid(const Grid& grid,
                                 const std::vector<std::string>& metrics,
                                 const GridExperiment& experiment,
                                 const OutputDirectory& directory) {
  absl::Status dumped = DumpGraphs(grid, experiment, directory);
  if (!dumped.ok()) return dumped;
  return RunSweep(directory,
                  {.keys = {"algorithm", "temperature", "rank", "seed"},
                   .metrics = metrics},
                  RunsOf(grid, experiment), absl::GetFlag(FLAGS_threads));
}

}  // namespace experiments
