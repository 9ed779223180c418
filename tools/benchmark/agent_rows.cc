// Update and action of the agent of preset paper, at the sizes of two tasks.

#include "tools/benchmark/agent_rows.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/flop.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "losses/vaml.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/stopwatch.h"

namespace benchmarks {
namespace {

struct Variant {
  std::string name;
  rl::AgentConfig config;
};

rl::AgentConfig ConfigOf(int64_t observation, int64_t action, bool stochastic) {
  rl::AgentConfig config = {.observation_size = observation,
                            .action_size = action};
  if (!stochastic) {
    config.network.model = losses::ModelKind::kDeterministic;
    config.loss.model_samples = 1;
    config.loss.auxiliary = rl::AuxiliaryLoss::kByol;
  }
  return config;
}

std::vector<Variant> Variants() {
  std::vector<Variant> variants;
  for (const bool stochastic : {false, true}) {
    const char* const model = stochastic ? "stochastic" : "deterministic";
    variants.push_back(
        {absl::StrCat("humanoid_", model), ConfigOf(67, 21, stochastic)});
    variants.push_back(
        {absl::StrCat("dog_", model), ConfigOf(223, 38, stochastic)});
  }
  return variants;
}

std::shared_ptr<rl::Agent> MakeAgent(const rl::AgentConfig& config, int cores) {
  return *rl::Agent::Create(config, 0, {.threads = cores});
}

// Matrices as waves with the spread of U(±1/√rows): parameter i of group g
// begins the wave at 1000 i + 100'000 g. Other programs can make them, too.
void FillParameters(rl::Agent& agent) {
  const rl::AgentParts& parts = agent.parts();
  double group_begin = 0;
  for (const autodiff::ParameterGroup* group :
       {&parts.encoder_group, &parts.model_group, &parts.critic_group,
        &parts.actor_group}) {
    const absl::Span<float> block = agent.state().Reals(group->flat());
    double begin = group_begin;
    for (const autodiff::Tensor& parameter : group->parameters()) {
      if (parameter.shape().rank() == 2) {
        FillWithWave(
            block.subspan(parameter.node().attributes.Int("offset"),
                          parameter.shape().elements()),
            std::sqrt(2. / 3 / static_cast<double>(parameter.shape()[0])),
            begin);
      }
      begin += 1000;
    }
    group_begin += 100'000;
  }
  absl::c_copy(agent.state().Reals(parts.critic_group.flat()),
               agent.state().Reals(parts.target_critics).begin());
}

double MemoryOf(rl::Agent& agent, const autodiff::Program<float>& program) {
  double bytes =
      static_cast<double>(program.arena_bytes() + program.workspace_bytes());
  for (const std::string& name : agent.state().Names()) {
    bytes += static_cast<double>(agent.state().Bytes(name).size());
  }
  return bytes;
}

double FlopOf(const rl::Agent& agent, const autodiff::Program<float>& program) {
  return ProductFlop(agent.parts().update_random.graph(), program.schedule());
}

// Checked by what the first update prints and no noise goes into.
std::vector<double> NoiselessMetrics(const rl::Agent& agent) {
  std::vector<std::string> names = {"encoder_critic_loss", "reward_loss",
                                    "auxiliary_loss"};
  if (agent.config().network.model == losses::ModelKind::kDeterministic) {
    names.insert(names.end(), {"critic_loss", "actor_loss"});
  }
  std::vector<double> values;
  for (const auto& [name, value] : agent.Metrics()) {
    if (absl::c_linear_search(names, name)) values.push_back(value);
  }
  absl::c_sort(values);
  return values;
}

Work UpdateWork(const rl::AgentConfig& config, int cores) {
  const Stopwatch making;
  const std::shared_ptr<rl::Agent> agent = MakeAgent(config, cores);
  double first_run = making.Seconds();
  FillParameters(*agent);
  autodiff::Program<float>& program = agent->update_program();
  FillWithWave(program.Input(agent->batch().observations));
  FillWithWave(program.Input(agent->batch().actions), 1, 10'000);
  FillWithWave(program.Input(agent->batch().rewards), 1, 20'000);
  const Stopwatch running;
  program.Run();
  first_run += running.Seconds();
  return {.run = [agent] { agent->update_program().Run(); },
          .flop = FlopOf(*agent, program),
          .memory = MemoryOf(*agent, program),
          .first_run = first_run,
          .check = NoiselessMetrics(*agent)};
}

Work ActingWork(const rl::AgentConfig& config, int cores) {
  const std::shared_ptr<rl::Agent> agent = MakeAgent(config, cores);
  FillParameters(*agent);
  std::vector<float> observation(config.observation_size);
  FillWithWave(absl::MakeSpan(observation));
  agent->Act(observation, rl::Acting::kEvaluate);
  return {.run = [agent] { agent->acting_program().Run(); },
          .flop = FlopOf(*agent, agent->acting_program()),
          .memory = MemoryOf(*agent, agent->acting_program())};
}

}  // namespace

double FirstUpdate(int cores) {
  const auto agent = MakeAgent(ConfigOf(223, 38, /*stochastic=*/true), cores);
  agent->update_program().Run();
  return agent->Metrics()[0].second;
}

std::vector<Row> AgentRows() {
  std::vector<Row> rows;
  for (const Variant& variant : Variants()) {
    rows.push_back({absl::StrCat("update_", variant.name),
                    [config = variant.config](int cores) {
                      return UpdateWork(config, cores);
                    }});
    rows.push_back({absl::StrCat("planner_", variant.name),
                    [config = variant.config](int cores) {
                      return ActingWork(config, cores);
                    }});
  }
  return rows;
}

}  // namespace benchmarks
