#include "rl/agent.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autodiff/program.h"
#include "rl/agent_config.h"
#include "rl/planner.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {
namespace {

autodiff::Tensors OutputsOf(const Update& update) {
  autodiff::Tensors outputs = update.assigned;
  for (const auto& [name, tensor] : update.metrics) outputs.push_back(tensor);
  return outputs;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Agent>> Agent::Create(const AgentConfig& config,
                                                     uint64_t seed,
                                                     const Options& options) {
  const absl::Status status = Validate(config);
  if (!status.ok()) return status;
  return absl::WrapUnique(new Agent(config, seed, options));
}

Agent::Agent(const AgentConfig& config, uint64_t seed, const Options& options)
    : parts_(graph_, config),
      batch_(graph_, config),
      update_(RecordUpdate(parts_, batch_)),
      acting_(options.plan && config.loss.algorithm != Algorithm::kTd3
                  ? RecordPlanner(parts_)
                  : RecordPolicy(parts_)),
      state_(graph_),
      update_program_(
          graph_, OutputsOf(update_), &state_,
          {.threads = options.threads, .stop_at_nan = options.stop_at_nan}),
      acting_program_(
          graph_, {acting_.exploring, acting_.evaluating, acting_.random},
          &state_,
          {.threads = options.threads, .stop_at_nan = options.stop_at_nan}) {
  parts_.Initialize(seed, state_);
}

absl::Span<const float> Agent::Act(absl::Span<const float> observation,
                                   Acting acting) {
  absl::c_copy(observation, acting_program_.Input(acting_.observation).begin());
  acting_program_.Run();
  return acting_program_.Output(
      acting == Acting::kExplore ? acting_.exploring : acting_.evaluating);
}

void Agent::Update(const Replay& replay, uint64_t draw) {
  replay.Sample(Replay::Part::kTraining, draw, config().update.batch_size,
                update_program_.Input(batch_.observations),
                update_program_.Input(batch_.actions),
                update_program_.Input(batch_.rewards));
  update_program_.Run();
}

std::vector<std::pair<std::string, double>> Agent::Metrics() const {
  std::vector<std::pair<std::string, double>> metrics;
  for (const auto& [name, tensor] : update_.metrics) {
    metrics.emplace_back(name, update_program_.Output(tensor)[0]);
  }
  return metrics;
}

}  // namespace rl
