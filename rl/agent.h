// An agent that acts and learns: its parameters and the programs over them.
#ifndef RL_AGENT_H_
#define RL_AGENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/instruction_set.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/batch_program.h"
#include "rl/planner.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {

enum class Acting {
  kExplore,   // the planner's drawn elite, or the policy with noise
  kEvaluate,  // the planner's mean, or the policy
};

enum class UpdateScope {
  kAll,              // model and encoder, critics, actor
  kCriticsAndActor,  // model and encoder stay as they are
};

class Agent {
 public:
  struct Options {
    bool plan = true;  // else acts with the policy alone, as td3 always does
    bool slow_model = false;  // UpdateScope::kCriticsAndActor is possible, at
                              // the cost of a program more
    int threads = 1;
    autodiff::InstructionSet instruction_set = autodiff::WidestInstructionSet();
    bool stop_at_nan = false;
    autodiff::cuda::Device* device = nullptr;  // else this CPU
  };

  // InvalidArgument for a configuration that Validate refuses, or if it may
  // plan with a model that is not trained. The seed draws the parameters and
  // all that is random in updates and actions.
  static absl::StatusOr<std::unique_ptr<Agent>> Create(
      const AgentConfig& config, uint64_t seed, const Options& options);

  const AgentConfig& config() const { return parts_.config; }

  // The action in [−1, 1] for an observation; good until the next call.
  // Exploration and evaluation draw from streams of their own.
  absl::Span<const float> Act(absl::Span<const float> observation,
                              Acting acting);

  // Starts evaluation `number`: what its actions draw depends on the seed, the
  // number and how many there were, whatever happened before or between. A new
  // agent is in evaluation 0.
  void SeedEvaluation(uint32_t number);

  // One update on batch number `draw` of the replay, whose window must be that
  // of the configuration.
  void Update(const Replay& replay, uint64_t draw,
              UpdateScope scope = UpdateScope::kAll);

  // Of the last update, as far as its scope has them: names and values.
  std::vector<std::pair<std::string, double>> Metrics() const;

  // How good the model is on batch number `draw` of what the replay holds out:
  // losses (critic_loss is that of the encoder), vaml_error, model_entropy and
  // sampled_entropy, as far as the agent has them (rl/update.h). All NaN if
  // nothing is held out. It draws the noise of the next update and changes
  // neither that nor any state.
  std::vector<std::pair<std::string, double>> HeldOutMetrics(
      const Replay& replay, uint64_t draw);

  // For looking at them: record, profile, save.
  const AgentParts& parts() const { return parts_; }
  const Batch& batch() const { return batch_; }
  autodiff::State<float>& state() { return state_; }
  autodiff::Program<float>& update_program() { return update_.program(); }
  autodiff::Program<float>& acting_program() { return acting_program_; }

 private:
  Agent(const AgentConfig& config, uint64_t seed, const Options& options);

  void SwapActingRandom();

  autodiff::Graph graph_;
  AgentParts parts_;
  Batch batch_;
  rl::Update recorded_;
  ActingGraph acting_;
  autodiff::State<float> state_;
  BatchProgram update_, held_out_;
  std::optional<BatchProgram> critics_and_actor_;
  const BatchProgram* last_update_ = &update_;
  autodiff::Program<float> acting_program_;
};

}  // namespace rl

#endif  // RL_AGENT_H_
