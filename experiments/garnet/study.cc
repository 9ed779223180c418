#include "experiments/garnet/study.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "experiments/dump_graph.h"
#include "experiments/garnet/algorithms.h"
#include "experiments/run_table.h"

namespace experiments {
namespace {

// Trains one learner on one problem and measures it.
absl::StatusOr<std::vector<double>> Train(const envs::GarnetConfig& garnet,
                                          const LearnerConfig& config,
                                          uint64_t seed, int64_t steps,
                                          const std::stop_token& stop) {
  Learner learner(config, envs::MakeGarnet(garnet, seed), seed);
  for (int64_t step = 0; step < steps; ++step) {
    if (stop.stop_requested()) return absl::CancelledError("stopped");
    learner.Step();
  }
  const Metrics metrics = learner.Evaluate();
  return std::vector<double>{metrics.value_error, metrics.model_based_error,
                             metrics.loss, metrics.entropy};
}

LearnerConfig LearnerOf(const Study& study, const std::string& algorithm,
                        int rank) {
  LearnerConfig learner = study.learner;
  learner.objective.algorithm = *AlgorithmNamed(algorithm);
  learner.rank = rank;
  return learner;
}

// Relative time of a run: matrix products grow with the rank, the rest does
// not.
double CostOf(const Study& study, int rank) {
  return static_cast<double>(study.steps) * (30 + rank);
}

}  // namespace

Columns StudyColumns() {
  return {.keys = {"algorithm", "temperature", "rank", "seed"},
          .metrics = {"value_error", "model_based_error", "loss", "entropy"}};
}

absl::Status DumpGraphs(const Study& study, const OutputDirectory& directory) {
  if (!WantsGraphs()) return absl::OkStatus();
  for (const std::string& algorithm : study.algorithms) {
    for (const int rank : study.ranks) {
      Learner learner(LearnerOf(study, algorithm, rank),
                      envs::MakeGarnet(study.garnet, study.first_seed),
                      study.first_seed);
      if (absl::Status dumped =
              DumpGraph(directory, absl::StrCat(algorithm, "_rank_", rank),
                        learner.update());
          !dumped.ok()) {
        return dumped;
      }
    }
  }
  return absl::OkStatus();
}

std::vector<Run> StudyRuns(const Study& study) {
  std::vector<Run> runs;
  for (const double temperature : study.temperatures) {
    for (const int rank : study.ranks) {
      for (const std::string& algorithm : study.algorithms) {
        envs::GarnetConfig garnet = study.garnet;
        garnet.temperature = temperature;
        const LearnerConfig learner = LearnerOf(study, algorithm, rank);
        for (int i = 0; i < study.seeds; ++i) {
          const int seed = study.first_seed + i;
          const auto execute = [garnet, learner, seed,
                                steps = study.steps](std::stop_token stop) {
            return Train(garnet, learner, seed, steps, stop);
          };
          runs.push_back({.key = {algorithm, NumberText(temperature),
                                  absl::StrCat(rank), absl::StrCat(seed)},
                          .cost = CostOf(study, rank),
                          .execute = execute});
        }
      }
    }
  }
  return runs;
}

}  // namespace experiments
