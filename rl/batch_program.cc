#include "rl/batch_program.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/program.h"
#include "autodiff/state.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {

BatchProgram::BatchProgram(const Batch& batch, const Pass& pass,
                           autodiff::State<float>& state,
                           const autodiff::ProgramOptions& options)
    : batch_(batch),
      pass_(pass),
      program_(batch.observations.graph(), pass.Outputs(), &state, options) {}

void BatchProgram::Run(const Replay& replay, Replay::Part part, uint64_t draw) {
  const int64_t rows = batch_.reward[0].shape()[0];
  replay.Sample(part, draw, rows, program_.Input(batch_.observations),
                program_.Input(batch_.actions), program_.Input(batch_.rewards));
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
