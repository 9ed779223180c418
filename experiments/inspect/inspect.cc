// Shows what the deep agent is made of and where its time goes.
//
//   bazel run //experiments/inspect -- --preset=paper --task=dog-run

#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "autodiff/flop.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/agent_flags.h"
#include "experiments/inspect/modules.h"
#include "experiments/inspect/program_table.h"
#include "experiments/preset.h"
#include "experiments/program.h"
#include "experiments/text_table.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/replay.h"

ABSL_FLAG(bool, nodes, false, "Also lists every node of both programs.");
ABSL_FLAG(int, runs, 20, "Runs that a program's times are the mean of.");

namespace experiments {
namespace {

constexpr int kDecisions = 300;

std::vector<float> Floats(absl::Span<const double> values) {
  return {values.begin(), values.end()};
}

// Decisions with uniformly random actions.
absl::Status ActAtRandom(envs::Environment& environment, uint32_t seed,
                         rl::Replay& replay) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> action(environment.spec().action_size());
  envs::TimeStep now = environment.Reset(seed);
  for (int i = 0; i < kDecisions; ++i) {
    for (double& a : action) a = uniform(generator);
    const std::vector<float> observation = Floats(now.observation);
    const absl::StatusOr<envs::TimeStep> next = environment.Step(action);
    if (!next.ok()) return next.status();
    replay.AddTransition(observation, Floats(action),
                         static_cast<float>(next->reward));
    if (next->last()) {
      replay.EndEpisode(Floats(next->observation));
      now = environment.Reset();
    } else {
      now = *next;
    }
  }
  replay.EndEpisode(Floats(now.observation));
  return absl::OkStatus();
}

std::string ParameterTable(const rl::AgentParts& agent) {
  std::vector<std::vector<std::string>> rows = {
      {"group", "tensors", "parameters"}};
  int64_t total = 0;
  for (const autodiff::ParameterGroup* group :
       {&agent.encoder_group, &agent.model_group, &agent.critic_group,
        &agent.actor_group}) {
    int64_t parameters = 0;
    for (const autodiff::Tensor& parameter : group->parameters()) {
      parameters += parameter.shape().elements();
    }
    rows.push_back({group->name(), absl::StrCat(group->parameters().size()),
                    absl::StrCat(parameters)});
    total += parameters;
  }
  rows.push_back({"all", "", absl::StrCat(total)});
  return TextTable(rows);
}

std::string ProgramReport(const std::string& name, const rl::AgentParts& agent,
                          autodiff::Program<float>& program) {
  const int runs = absl::GetFlag(FLAGS_runs);
  program.Profile(1);  // caches are warm then
  const ProgramProfile profile = {.graph = &agent.update_random.graph(),
                                  .nodes = program.schedule(),
                                  .modules = ModulesOf(agent),
                                  .nanoseconds = program.Profile(runs)};
  std::string text = absl::StrFormat(
      "\n%s: %.6g GFLOP of products; %.1f MB of arena, %.1f MB of workspace. "
      "Mean of %d runs on one thread:\n\n",
      name, ProductFlop(*profile.graph, profile.nodes) / 1e9,
      static_cast<double>(program.arena_bytes()) / 1e6,
      static_cast<double>(program.workspace_bytes()) / 1e6, runs);
  absl::StrAppend(&text, ModuleTable(profile));
  if (absl::GetFlag(FLAGS_nodes)) {
    absl::StrAppend(&text, "\n", NodeTable(profile));
  }
  return text;
}

std::string MetricTable(const rl::Agent& agent) {
  std::vector<std::vector<std::string>> rows = {{"metric", "value"}};
  for (const auto& [name, value] : agent.Metrics()) {
    rows.push_back({name, absl::StrFormat("%.6g", value)});
  }
  return TextTable(rows);
}

absl::Status Inspect() {
  const int runs = absl::GetFlag(FLAGS_runs);
  if (runs < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--runs=", runs, ": it must be at least 1"));
  }
  const absl::StatusOr<TrainingConfig> training = TrainingConfigFromFlags();
  if (!training.ok()) return training.status();
  const uint32_t seed = training->seed;
  const auto environment =
      MakeAgentEnvironment(training->task, training->action_repeat);
  if (!environment.ok()) return environment.status();
  const envs::EnvironmentSpec& spec = (*environment)->spec();
  const absl::StatusOr<rl::AgentConfig> config =
      AgentConfigFromFlags(spec.observation_size(), spec.action_size());
  if (!config.ok()) return config.status();
  absl::StatusOr<std::unique_ptr<rl::Agent>> made =
      rl::Agent::Create(*config, seed, {.plan = training->plan});
  if (!made.ok()) return made.status();
  rl::Agent& agent = **made;
  rl::Replay replay({.capacity = 2 * kDecisions,
                     .observation_size = config->observation_size,
                     .action_size = config->action_size,
                     .window = config->window(),
                     .seed = seed});
  if (absl::Status acted = ActAtRandom(**environment, seed, replay);
      !acted.ok()) {
    return acted;
  }
  if (replay.windows(rl::Replay::Part::kTraining) == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--rollout_steps and --bootstrap_steps need windows of ",
        config->window(), " decisions, longer than an episode here"));
  }

  std::cout << absl::StrFormat(
                   "%s: %d observations, %d actions, window of %d "
                   "decision(s)\n\n",
                   spec.name, config->observation_size, config->action_size,
                   config->window())
            << ParameterTable(agent.parts());
  agent.Update(replay, 0);
  std::cout << "\nThe first update, on " << config->update.batch_size
            << " windows of random actions; norms are those before clipping:"
            << "\n\n"
            << MetricTable(agent);
  agent.Act(Floats((*environment)->Reset(seed).observation),
            rl::Acting::kEvaluate);
  std::cout << ProgramReport("Update", agent.parts(), agent.update_program())
            << ProgramReport("Acting", agent.parts(), agent.acting_program());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  absl::SetFlag(&FLAGS_preset, "paper");
  absl::SetFlag(&FLAGS_task, "humanoid-walk");
  experiments::DescribeProgram(
      "Shows the deep agent of the flags: its parameters, one update, and both "
      "programs with time and arithmetic by module.");
  absl::Status status = experiments::ParseFlagsAndPreset(
      "agent", std::vector<char*>(argv, argv + argc));
  if (status.ok()) status = experiments::Inspect();
  return experiments::ExitStatus(status);
}
