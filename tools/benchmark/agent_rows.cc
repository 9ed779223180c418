// Update and action of the agent of preset paper, at the sizes of two tasks.

#include "tools/benchmark/agent_rows.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/cuda/device.h"
#include "autodiff/flop.h"
#include "autodiff/graph.h"
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
#include "tools/benchmark/wait.h"

namespace benchmarks {
namespace {

using autodiff::cuda::Device;

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

std::shared_ptr<rl::Agent> MakeAgent(const rl::AgentConfig& config, int cores,
                                     Device* device) {
  return *rl::Agent::Create(config, 0, {.threads = cores, .device = device});
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

Work WorkOf(rl::Agent& agent, const autodiff::Program<float>& program,
            const std::function<void()>& run) {
  const autodiff::Graph& graph = agent.parts().update_random.graph();
  return {.run = run,
          .flop = ProductFlop(graph, program.schedule()),
          .bytes = static_cast<double>(program.bytes_moved()),
          .launches = static_cast<double>(program.launches().size()),
          .memory = MemoryOf(agent, program)};
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

}  // namespace

Work UpdateWork(const rl::AgentConfig& config, int cores, Device* device) {
  const Stopwatch making;
  const std::shared_ptr<rl::Agent> agent = MakeAgent(config, cores, device);
  double first_run = making.Seconds();
  FillParameters(*agent);
  autodiff::Program<float>& program = agent->update_program();
  FillWithWave(program.Input(agent->batch().observations));
  FillWithWave(program.Input(agent->batch().actions), 1, 10'000);
  FillWithWave(program.Input(agent->batch().rewards), 1, 20'000);
  const auto run = AndWait([agent] { agent->update_program().Run(); }, device);
  const Stopwatch running;
  run();
  first_run += running.Seconds();
  Work work = WorkOf(*agent, program, run);
  work.first_run = first_run;
  work.check = NoiselessMetrics(*agent);
  return work;
}

Work ActingWork(const rl::AgentConfig& config, int cores, Device* device) {
  const std::shared_ptr<rl::Agent> agent = MakeAgent(config, cores, device);
  FillParameters(*agent);
  std::vector<float> observation(config.observation_size);
  FillWithWave(absl::MakeSpan(observation));
  agent->Act(observation, rl::Acting::kEvaluate);
  return WorkOf(*agent, agent->acting_program(),
                AndWait([agent] { agent->acting_program().Run(); }, device));
}

double FirstUpdate(int cores) {
  const auto agent =
      MakeAgent(ConfigOf(223, 38, /*stochastic=*/true), cores, nullptr);
  agent->update_program().Run();
  return agent->Metrics()[0].second;
}

std::vector<Row> AgentRows(Device* device) {
  std::vector<Row> rows;
  for (const Variant& variant : Variants()) {
    rows.push_back({absl::StrCat("update_", variant.name),
                    [config = variant.config, device](int cores) {
                      return UpdateWork(config, cores, device);
                    }});
    rows.push_back({absl::StrCat("planner_", variant.name),
                    [config = variant.config, device](int cores) {
                      return ActingWork(config, cores, device);
                    }});
  }
  return rows;
}

}  // namespace benchmarks
