// Shows what the deep agent is made of and where its time goes.
//
//   bazel run //experiments/inspect -- --preset=paper --task=dog-run

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/cuda/emulator/emulated_device.h"
#include "autodiff/flop.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "experiments/agent_flags.h"
#include "experiments/flag_checks.h"
#include "experiments/inspect/launch_report.h"
#include "experiments/inspect/modules.h"
#include "experiments/inspect/program_table.h"
#include "experiments/preset.h"
#include "experiments/program.h"
#include "experiments/text_table.h"
#include "experiments/train/trainer.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/replay.h"

ABSL_FLAG(bool, nodes, false, "Also lists every node of both programs.");
ABSL_FLAG(int, runs, 20, "Runs that a program's times are the mean of.");

namespace experiments {
namespace {

constexpr int64_t kDecisions = 300;

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

// Of a program, and of the same one for a GPU.
std::string ProgramReport(const std::string& name, const rl::AgentParts& agent,
                          autodiff::Program<float>& program,
                          const autodiff::Program<float>& on_gpu) {
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
  absl::StrAppend(
      &text, ModuleTable(profile), "\n",
      LaunchReport(on_gpu, ProductFlop(*profile.graph, profile.nodes)));
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
  if (absl::Status status = CheckAtLeast("runs", runs, 1); !status.ok()) {
    return status;
  }
  absl::StatusOr<TrainingConfig> training = TrainingConfigFromFlags();
  if (!training.ok()) return training.status();
  // Their sizes are those of the task.
  const absl::StatusOr<rl::AgentConfig> open = AgentConfigFromFlags(1, 1);
  if (!open.ok()) return open.status();
  if (open->window() >= kDecisions) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--rollout_steps and --bootstrap_steps need windows of ",
        open->window(), " decisions, and ", kDecisions, " are looked at here"));
  }
  training->random_decisions = kDecisions;
  training->replay_capacity = 2 * kDecisions;
  training->held_out = 0;
  const absl::StatusOr<std::unique_ptr<Trainer>> trainer =
      Trainer::Create(*training, *open, {});
  if (!trainer.ok()) return trainer.status();
  for (int64_t i = 0; i < kDecisions; ++i) {
    if (absl::Status acted = (*trainer)->Decide(); !acted.ok()) return acted;
  }
  rl::Agent& agent = (*trainer)->agent();
  const rl::Replay& replay = (*trainer)->replay();
  const rl::AgentConfig& config = agent.config();

  std::cout << absl::StrFormat(
                   "%s: %d observations, %d actions, window of %d "
                   "decision(s)\n\n",
                   training->task, config.observation_size, config.action_size,
                   config.window())
            << ParameterTable(agent.parts());
  agent.Update(replay, 0);
  std::cout << "\nThe first update, on " << config.update.batch_size
            << " windows of random actions; norms are those before clipping:"
            << "\n\n"
            << MetricTable(agent);
  agent.Act(replay.row(replay.first_row()).observation, rl::Acting::kEvaluate);
  // Compiled for a GPU, but not run.
  autodiff::cuda::emulator::EmulatedDevice device({.block_threads = 256});
  const absl::StatusOr<std::unique_ptr<rl::Agent>> on_gpu =
      rl::Agent::Create(config, 0, {.plan = training->plan, .device = &device});
  if (!on_gpu.ok()) return on_gpu.status();
  std::cout << ProgramReport("Update", agent.parts(), agent.update_program(),
                             (*on_gpu)->update_program())
            << ProgramReport("Acting", agent.parts(), agent.acting_program(),
                             (*on_gpu)->acting_program());
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
