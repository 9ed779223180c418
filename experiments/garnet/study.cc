#include "experiments/garnet/study.h"

#include <memory>
#include <stop_token>
#include <vector>

#include "absl/status/status.h"

namespace experiments {
namespace {

std::unique_ptr<Learner> MakeLearner(const Study& study,
                                     const GridPoint& point) {
  envs::GarnetConfig garnet = study.garnet;
  garnet.temperature = point.temperature;
  return std::make_unique<Learner>(LearnerAt(point, study.learner),
                                   envs::MakeGarnet(garnet, point.seed),
                                   point.seed);
}

// Trains the learner of a point and measures it.
absl::StatusOr<std::vector<double>> Train(const Study& study,
                                          const GridPoint& point,
                                          const std::stop_token& stop) {
  const std::unique_ptr<Learner> learner = MakeLearner(study, point);
  for (int64_t step = 0; step < study.steps; ++step) {
    if (stop.stop_requested()) return absl::CancelledError("stopped");
    learner->Step();
  }
  const Metrics metrics = learner->Evaluate();
  return std::vector<double>{metrics.value_error, metrics.model_based_error,
                             metrics.loss, metrics.entropy};
}

}  // namespace

absl::StatusOr<RunTable> RunStudy(const Study& study,
                                  const OutputDirectory& directory) {
  return RunGrid(
      study.grid, {"value_error", "model_based_error", "loss", "entropy"},
      {.make_learner =
           [&](const GridPoint& point) { return MakeLearner(study, point); },
       .execute =
           [&](const GridPoint& point, const std::stop_token& stop) {
             return Train(study, point, stop);
           }},
      directory);
}

}  // namespace experiments
