#include "rl/batch_program.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {
namespace {

autodiff::ProgramOptions WithFed(const Pass& pass,
                                 autodiff::ProgramOptions options) {
  for (const Pass::Feed& feed : pass.fed) options.fed.push_back(feed.node);
  return options;
}

}  // namespace

BatchProgram::BatchProgram(const Batch& batch, const Pass& pass,
                           autodiff::State<float>& state,
                           const autodiff::ProgramOptions& options)
    : batch_(batch),
      pass_(pass),
      state_(state),
      program_(batch.observations.graph(), pass.Outputs(), &state,
               WithFed(pass, options)) {}

void BatchProgram::Run(const Replay& replay, Replay::Part part, uint64_t draw) {
  const int64_t rows = batch_.reward[0].shape()[0];
  replay.Sample(part, draw, rows, program_.Input(batch_.observations),
                program_.Input(batch_.actions), program_.Input(batch_.rewards));
  for (const auto& [node, variable] : pass_.fed) {
    if (!variable.exists()) continue;
    absl::c_copy(state_.Reals(variable), program_.Input(node).begin());
  }
  program_.Run();
}

std::vector<std::pair<std::string, double>> BatchProgram::Metrics() const {
  std::vector<std::pair<std::string, double>> metrics;
  for (const auto& [name, tensor] : pass_.metrics) {
    metrics.emplace_back(name, program_.Output(tensor)[0]);
  }
  return metrics;
}

}  // namespace rl
