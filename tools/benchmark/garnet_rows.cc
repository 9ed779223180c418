#include "tools/benchmark/garnet_rows.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "envs/garnet.h"
#include "experiments/finite/learner.h"
#include "tools/benchmark/cores.h"
#include "tools/benchmark/row.h"

namespace benchmarks {
namespace {

using experiments::Learner;
using experiments::LearnerConfig;

constexpr std::array<int, 3> kRanks = {2, 10, 50};
constexpr std::array<double, 5> kTemperatures = {0.01, 0.1, 0.316, 1, 10};
constexpr int kSeeds = 8;
constexpr int kStepsToCheck = 100;
constexpr int kStepsInARun = 1000;

LearnerConfig ConfigOf(int rank) {
  return {.objective = {.algorithm = experiments::Algorithm::kCvaml10},
          .rank = rank};
}

envs::MarkovRewardProcess ProblemOf(int learner) {
  return envs::MakeGarnet({.temperature = kTemperatures[learner / kSeeds]},
                          learner % kSeeds);
}

// One learner a core, side by side. Checked by their losses after 100 steps.
Work Garnet(int rank, int cores) {
  using Learners = std::vector<std::unique_ptr<Learner>>;
  const auto learners = std::make_shared<Learners>();
  for (int i = 0; i < cores; ++i) {
    learners->push_back(
        std::make_unique<Learner>(ConfigOf(rank), ProblemOf(i), i % kSeeds));
  }
  std::vector<double> losses;
  for (const auto& learner : *learners) {
    for (int step = 0; step < kStepsToCheck; ++step) learner->Step();
    losses.push_back(learner->Evaluate().loss);
  }
  const auto run = [learners, cores] {
    RunOnEachCore(cores, [&](int i) {
      for (int step = 0; step < kStepsInARun; ++step) (*learners)[i]->Step();
    });
  };
  return {.run = run,
          .units = static_cast<double>(kStepsInARun * cores),
          .check = losses};
}

void Write(absl::Span<const float> values, std::ofstream& file) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

}  // namespace

std::vector<Row> GarnetRows() {
  std::vector<Row> rows;
  for (const int rank : kRanks) {
    rows.push_back({absl::StrCat("garnet_", rank),
                    [rank](int cores) { return Garnet(rank, cores); }});
  }
  return rows;
}

bool WriteGarnetLearners(const std::string& folder) {
  const int learners = static_cast<int>(kTemperatures.size()) * kSeeds;
  for (const int rank : kRanks) {
    std::ofstream file(absl::StrCat(folder, "/garnet_", rank, ".f32"),
                       std::ios::binary);
    for (int i = 0; i < learners; ++i) {
      const envs::MarkovRewardProcess problem = ProblemOf(i);
      const Eigen::Index n = problem.rewards.size();
      std::vector<float> values;
      for (Eigen::Index row = 0; row < n; ++row) {
        for (Eigen::Index column = 0; column < n; ++column) {
          values.push_back(
              static_cast<float>(problem.transitions(row, column)));
        }
      }
      for (const double reward : problem.rewards) {
        values.push_back(static_cast<float>(reward));
      }
      Write(values, file);
      Learner learner(ConfigOf(rank), problem, i % kSeeds);
      Write(learner.a(), file);
      Write(learner.b(), file);
    }
    if (!file.flush()) return false;
  }
  return true;
}

}  // namespace benchmarks
