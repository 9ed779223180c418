#include "experiments/train/trainer.h"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/philox.h"
#include "envs/environment.h"
#include "envs/episode_statistics.h"
#include "experiments/agent_environment.h"
#include "experiments/checkpoint/agent_tensors.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/training_flags.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

// Philox streams of a seed besides those of rl/agent_parts.h and of
// training_run.cc: the second word of the key.
constexpr uint32_t kRandomActions = 1, kReplay = 3;

// Adds the time that it lives.
class Timer {
 public:
  explicit Timer(double& seconds) : seconds_(seconds) {}
  ~Timer() {
    seconds_ += std::chrono::duration<double>(Clock::now() - start_).count();
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& seconds_;
  const Clock::time_point start_ = Clock::now();
};

using Sum = Trainer::Interval::Sum;

std::vector<double> NumbersOf(const Sum& sum) {
  return {sum.total, static_cast<double>(sum.count)};
}

// Of a row of such pairs.
Sum SumOf(const std::vector<double>& numbers, size_t i) {
  return {.total = numbers[2 * i],
          .count = static_cast<int64_t>(numbers[2 * i + 1])};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(
    const TrainingConfig& config, const rl::AgentConfig& agent,
    const Hardware& hardware) {
  absl::StatusOr<std::unique_ptr<envs::Environment>> made =
      MakeAgentEnvironment(config.task, config.action_repeat);
  if (!made.ok()) return made.status();
  return Create(config, agent, hardware, *std::move(made));
}

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(
    const TrainingConfig& config, rl::AgentConfig agent,
    const Hardware& hardware, std::unique_ptr<envs::Environment> environment) {
  const envs::EnvironmentSpec& spec = environment->spec();
  agent.observation_size = spec.observation_size();
  agent.action_size = spec.action_size();
  // A window and the observation after it.
  if (agent.window() >= config.replay_capacity) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--rollout_steps and --bootstrap_steps need windows of ",
        agent.window(), " decisions, which do not fit into --replay_capacity=",
        config.replay_capacity));
  }
  if (agent.window() > spec.step_limit) {
    return absl::InvalidArgumentError(
        absl::StrCat("--rollout_steps and --bootstrap_steps need windows of ",
                     agent.window(), " decisions, and an episode of ",
                     config.task, " has ", spec.step_limit));
  }
  absl::StatusOr<std::unique_ptr<rl::Agent>> learner =
      rl::Agent::Create(agent, config.seed,
                        {.plan = config.plan,
                         .slow_model = config.slow_model,
                         .threads = hardware.threads,
                         .instruction_set = hardware.instruction_set,
                         .device = hardware.device});
  if (!learner.ok()) return learner.status();
  auto trainer = absl::WrapUnique(new Trainer(
      config, std::make_unique<envs::EpisodeStatistics>(std::move(environment)),
      *std::move(learner)));
  const absl::Status observed =
      trainer->Observe(trainer->environment_->Reset(config.seed));
  if (!observed.ok()) return observed;
  return trainer;
}

Trainer::Trainer(const TrainingConfig& config,
                 std::unique_ptr<envs::EpisodeStatistics> environment,
                 std::unique_ptr<rl::Agent> agent)
    : config_(config),
      environment_(std::move(environment)),
      agent_(std::move(agent)),
      replay_(MakeReplay(0)),
      action_(agent_->config().action_size),
      environment_action_(action_.size()) {
  for (const auto& [name, value] : agent_->Metrics()) {
    metrics_.emplace(name, metrics_.size());
  }
  ClearInterval();
}

rl::Replay Trainer::MakeReplay(int64_t first_row) const {
  return rl::Replay({.capacity = config_.replay_capacity,
                     .observation_size = agent_->config().observation_size,
                     .action_size = agent_->config().action_size,
                     .window = agent_->config().window(),
                     .held_out = config_.held_out,
                     .seed = uint64_t{kReplay} << 32 | config_.seed},
                    first_row);
}

void Trainer::ClearInterval() {
  interval_ = {.metrics = std::vector<Sum>(metrics_.size())};
}

std::vector<std::string> Trainer::TakeWarnings() {
  return std::exchange(warnings_, {});
}

void Trainer::ChooseAction() {
  const Timer timer(seconds_.acting);
  if (counts_.decisions >= config_.random_decisions) {
    absl::c_copy(agent_->Act(observation_, rl::Acting::kExplore),
                 action_.begin());
    return;
  }
  const auto decision = static_cast<uint64_t>(counts_.decisions);
  for (uint32_t i = 0; i < action_.size(); ++i) {
    const autodiff::PhiloxCounter bits =
        autodiff::Philox({static_cast<uint32_t>(decision),
                          static_cast<uint32_t>(decision >> 32), i, 0},
                         {config_.seed, kRandomActions});
    action_[i] = static_cast<float>(2 * autodiff::UniformFromBits(bits[0]) - 1);
  }
}

absl::Status Trainer::Observe(const envs::TimeStep& step) {
  const auto refuse = [&](const std::string& what, double value) {
    return absl::InternalError(absl::StrCat(
        what, " is ", value, " after ", counts_.decisions, " decisions in ",
        config_.task, ": an environment must give finite numbers"));
  };
  if (!std::isfinite(static_cast<float>(step.reward))) {
    return refuse("the reward", step.reward);
  }
  auto number = step.observation.begin();
  for (const envs::ArraySpec& part : environment_->spec().observation) {
    for (int i = 0; i < part.size; ++i, ++number) {
      if (!std::isfinite(static_cast<float>(*number))) {
        return refuse(absl::StrCat("observation ", part.name, "[", i, "]"),
                      *number);
      }
    }
  }
  observation_.assign(step.observation.begin(), step.observation.end());
  return absl::OkStatus();
}

absl::Status Trainer::Decide() {
  ChooseAction();
  {
    const Timer timer(seconds_.physics);
    absl::c_copy(action_, environment_action_.begin());
    const absl::StatusOr<envs::TimeStep> step =
        environment_->Step(environment_action_);
    if (!step.ok()) {
      return absl::Status(
          step.status().code(),
          absl::StrCat("decision ", counts_.decisions + 1, " of ", config_.task,
                       ": ", step.status().message()));
    }
    replay_.AddTransition(observation_, action_,
                          static_cast<float>(step->reward));
    ++counts_.decisions;
    counts_.env_steps += config_.action_repeat;
    if (!step->warning.empty()) warnings_.emplace_back(step->warning);
    if (absl::Status status = Observe(*step); !status.ok()) return status;
    if (step->last()) {
      replay_.EndEpisode(observation_);
      last_return_ = environment_->episode_return();
      interval_.returns.Add(*last_return_);
      ++counts_.episodes;
      if (absl::Status status = Observe(environment_->Reset()); !status.ok()) {
        return status;
      }
    }
  }
  return Update();
}

absl::Status Trainer::Update() {
  if (replay_.windows(rl::Replay::Part::kTraining) == 0) {
    return absl::OkStatus();
  }
  const Timer timer(seconds_.updating);
  const auto due = static_cast<int64_t>(std::floor(
      config_.updates_per_decision *
      static_cast<double>(counts_.decisions - config_.random_decisions)));
  for (bool first = true; counts_.updates < due; first = false) {
    agent_->Update(replay_, counts_.updates,
                   first || !config_.slow_model
                       ? rl::UpdateScope::kAll
                       : rl::UpdateScope::kCriticsAndActor);
    ++counts_.updates;
    for (const auto& [name, value] : agent_->Metrics()) {
      if (!std::isfinite(value)) {
        return absl::InternalError(absl::StrCat(
            name, " is ", value, " in update ", counts_.updates, ", after ",
            counts_.decisions,
            " decisions: the agent has diverged; a lower learning rate or "
            "gradient clip may help"));
      }
      interval_.metrics[metrics_.at(name)].Add(value);
    }
  }
  return absl::OkStatus();
}

void Trainer::Save(Snapshot& snapshot) {
  for (safetensors::Tensor& tensor : AgentTensors(*agent_)) {
    snapshot.tensors.push_back(std::move(tensor));
  }
  snapshot.AddBytes("environment", environment_->SaveState());
  std::vector<double> interval = NumbersOf(interval_.returns);
  for (const Sum& sum : interval_.metrics) {
    absl::c_copy(NumbersOf(sum), std::back_inserter(interval));
  }
  snapshot.AddNumbers("interval", interval);
  snapshot.SetCount("decisions", counts_.decisions);
  snapshot.SetCount("env_steps", counts_.env_steps);
  snapshot.SetCount("updates", counts_.updates);
  snapshot.SetCount("episodes", counts_.episodes);
  if (last_return_.has_value()) {
    snapshot.SetNumber("last_return", *last_return_);
  }
}

absl::Status Trainer::Restore(const safetensors::File& file,
                              rl::Replay replay) {
  absl::Status status = RestoreAgent(file, *agent_);
  const auto take = [&](auto read, auto& to) {
    status.Update(read.status());
    if (read.ok()) to = *std::move(read);
  };
  std::string environment;
  take(ReadBytes(file, "environment"), environment);
  std::vector<double> interval;
  take(ReadNumbers(file, "interval",
                   2 * (1 + static_cast<int64_t>(metrics_.size()))),
       interval);
  take(ReadCount(file, "decisions"), counts_.decisions);
  take(ReadCount(file, "env_steps"), counts_.env_steps);
  take(ReadCount(file, "updates"), counts_.updates);
  take(ReadCount(file, "episodes"), counts_.episodes);
  if (!status.ok()) return status;
  interval_.returns = SumOf(interval, 0);
  for (size_t i = 0; i < metrics_.size(); ++i) {
    interval_.metrics[i] = SumOf(interval, i + 1);
  }
  last_return_ = std::nullopt;
  if (counts_.episodes > 0) {
    double value = 0;
    take(ReadNumber(file, "last_return"), value);
    last_return_ = value;
  }
  const absl::StatusOr<envs::TimeStep> step =
      environment_->RestoreState(environment);
  status.Update(step.status());
  if (!status.ok()) return status;
  absl::c_copy(step->observation, observation_.begin());
  replay_ = std::move(replay);
  return absl::OkStatus();
}

}  // namespace experiments
