#include "rl/agent.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autodiff/fail.h"
#include "autodiff/program.h"
#include "rl/agent_config.h"
#include "rl/batch_program.h"
#include "rl/planner.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {
namespace {

autodiff::ProgramOptions ProgramOptionsOf(const Agent::Options& options) {
  return {.threads = options.threads,
          .instruction_set = options.instruction_set,
          .stop_at_nan = options.stop_at_nan,
          .device = options.device};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Agent>> Agent::Create(const AgentConfig& config,
                                                     uint64_t seed,
                                                     const Options& options) {
  const absl::Status status = Validate(config);
  if (!status.ok()) return status;
  if (options.plan && !config.trains_model() &&
      config.loss.algorithm != Algorithm::kTd3) {
    return absl::InvalidArgumentError(
        "rollout_steps = 0 trains no model to plan with: the policy must act "
        "alone");
  }
  return absl::WrapUnique(new Agent(config, seed, options));
}

Agent::Agent(const AgentConfig& config, uint64_t seed, const Options& options)
    : parts_(graph_, config),
      batch_(graph_, config),
      recorded_(RecordUpdate(parts_, batch_)),
      acting_(options.plan && config.trains_model() ? RecordPlanner(parts_)
                                                    : RecordPolicy(parts_)),
      state_(graph_, options.device),
      update_(batch_, recorded_.whole, state_, ProgramOptionsOf(options)),
      held_out_(batch_, recorded_.held_out, state_, ProgramOptionsOf(options)),
      acting_program_(graph_,
                      {acting_.exploring, acting_.evaluating, acting_.random},
                      &state_, ProgramOptionsOf(options)) {
  if (options.slow_model) {
    critics_and_actor_.emplace(batch_, recorded_.critics_and_actor, state_,
                               ProgramOptionsOf(options));
  }
  parts_.Initialize(seed, state_);
}

void Agent::SwapActingRandom() {
  absl::Span<int32_t> exploration = state_.Indices(parts_.acting_random);
  absl::Span<int32_t> evaluation = state_.Indices(parts_.evaluation_random);
  absl::c_swap_ranges(exploration, evaluation);
}

absl::Span<const float> Agent::Act(absl::Span<const float> observation,
                                   Acting acting) {
  // One program serves both: in an evaluation its random state takes the place
  // of the other one for the run.
  const bool explores = acting == Acting::kExplore;
  absl::c_copy(observation, acting_program_.Input(acting_.observation).begin());
  if (!explores) SwapActingRandom();
  acting_program_.Run();
  if (!explores) SwapActingRandom();
  return acting_program_.Output(explores ? acting_.exploring
                                         : acting_.evaluating);
}

void Agent::SeedEvaluation(uint32_t number) {
  // Its run counter starts at number · 2³².
  const absl::Span<int32_t> random = state_.Indices(parts_.evaluation_random);
  random[2] = 0;
  random[3] = static_cast<int32_t>(number);
}

void Agent::Update(const Replay& replay, uint64_t draw, UpdateScope scope) {
  if (scope == UpdateScope::kCriticsAndActor && !critics_and_actor_) {
    autodiff::Fail(
        "an agent made without slow_model has no update of the "
        "critics and the actor alone");
  }
  BatchProgram& program =
      scope == UpdateScope::kAll ? update_ : *critics_and_actor_;
  program.Run(replay, Replay::Part::kTraining, draw);
  last_update_ = &program;
}

std::vector<std::pair<std::string, double>> Agent::Metrics() const {
  return last_update_->Metrics();
}

std::vector<std::pair<std::string, double>> Agent::HeldOutMetrics(
    const Replay& replay, uint64_t draw) {
  if (replay.windows(Replay::Part::kHeldOut) > 0) {
    held_out_.Run(replay, Replay::Part::kHeldOut, draw);
    return held_out_.Metrics();
  }
  std::vector<std::pair<std::string, double>> none;
  for (const auto& [name, tensor] : recorded_.held_out.metrics) {
    none.emplace_back(name, std::numeric_limits<double>::quiet_NaN());
  }
  return none;
}

}  // namespace rl
