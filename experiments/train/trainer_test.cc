#include "experiments/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/train/tiny_agent.h"
#include "experiments/training_flags.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

std::unique_ptr<Trainer> Make(const TrainingConfig& config,
                              const rl::AgentConfig& agent = TinyAgent()) {
  absl::StatusOr<std::unique_ptr<Trainer>> trainer =
      Trainer::Create(config, agent, {});
  EXPECT_TRUE(trainer.ok()) << trainer.status();
  return *std::move(trainer);
}

void Decide(Trainer& trainer, int64_t decisions) {
  for (int64_t i = 0; i < decisions; ++i) {
    const absl::Status status = trainer.Decide();
    ASSERT_TRUE(status.ok()) << status;
  }
}

std::vector<float> Actions(const Trainer& trainer) {
  std::vector<float> actions;
  const rl::Replay& replay = trainer.replay();
  for (int64_t i = replay.first_row(); i < replay.added(); ++i) {
    const rl::Replay::Row row = replay.row(i);
    if (!row.end) {
      actions.insert(actions.end(), row.action.begin(), row.action.end());
    }
  }
  return actions;
}

// How many updates had each metric.
std::vector<std::pair<std::string, int64_t>> MetricCounts(
    const rl::AgentConfig& agent, const Trainer& trainer) {
  const std::unique_ptr<Trainer> fresh = Make(trainer.config(), agent);
  std::vector<std::pair<std::string, int64_t>> counts;
  for (const auto& [name, value] : fresh->agent().Metrics()) {
    counts.emplace_back(name, trainer.interval().metrics[counts.size()].count);
  }
  return counts;
}

TEST(Trainer, Counts) {
  // 1,000 env steps an episode.
  const std::unique_ptr<Trainer> trainer = Make({.task = "cartpole-swingup",
                                                 .action_repeat = 250,
                                                 .random_decisions = 3});
  for (int64_t decisions = 1; decisions <= 11; ++decisions) {
    Decide(*trainer, 1);
    const Trainer::Counts& counts = trainer->counts();
    EXPECT_EQ(counts.decisions, decisions);
    EXPECT_EQ(counts.env_steps, 250 * decisions);
    EXPECT_EQ(counts.episodes, decisions / 4);
    EXPECT_EQ(counts.updates, decisions < 3 ? 0 : decisions - 3);
    // A row a decision, and one for each episode's last observation.
    EXPECT_EQ(trainer->replay().added(), decisions + decisions / 4);
    EXPECT_EQ(trainer->interval().returns.count, counts.episodes);
    EXPECT_EQ(trainer->last_return().has_value(), counts.episodes > 0);
  }
  EXPECT_GT(trainer->seconds().physics, 0);
  EXPECT_GT(trainer->seconds().updating, 0);
  EXPECT_GT(trainer->seconds().acting, 0);
}

TEST(Trainer, AnyRatioOfUpdates) {
  for (const double ratio : {0.3, 0.5, 1.0, 3.0}) {
    const std::unique_ptr<Trainer> trainer =
        Make({.task = "cartpole-swingup",
              .random_decisions = 10,
              .updates_per_decision = ratio});
    for (int64_t decisions = 1; decisions <= 25; ++decisions) {
      Decide(*trainer, 1);
      const double due = ratio * static_cast<double>(decisions - 10);
      EXPECT_EQ(trainer->counts().updates,
                decisions < 10 ? 0 : static_cast<int64_t>(std::floor(due)));
    }
  }
}

TEST(Trainer, UpdatesWaitForAWindow) {
  // Two transitions, and the observation that they lead to.
  rl::AgentConfig agent = TinyAgent();
  agent.loss.rollout_steps = 2;
  const std::unique_ptr<Trainer> trainer =
      Make({.task = "cartpole-swingup", .random_decisions = 0, .held_out = 0},
           agent);
  Decide(*trainer, 2);
  EXPECT_EQ(trainer->counts().updates, 0);
  Decide(*trainer, 1);
  EXPECT_EQ(trainer->counts().updates, 3);
}

TEST(Trainer, SlowModel) {
  const rl::AgentConfig agent = TinyAgent();
  const std::unique_ptr<Trainer> trainer = Make({.task = "cartpole-swingup",
                                                 .random_decisions = 20,
                                                 .updates_per_decision = 3,
                                                 .slow_model = true},
                                                agent);
  Decide(*trainer, 30);
  EXPECT_EQ(trainer->counts().updates, 30);
  int model = 0, critics = 0;
  for (const auto& [name, count] : MetricCounts(agent, *trainer)) {
    if (name == "vaml_loss" || name == "encoder_gradient_norm") {
      EXPECT_EQ(count, 10) << name;
      ++model;
    }
    if (name == "critic_loss" || name == "actor_loss") {
      EXPECT_EQ(count, 30) << name;
      ++critics;
    }
  }
  EXPECT_EQ(model, 2);
  EXPECT_EQ(critics, 2);
}

TEST(Trainer, IntervalsAreCleared) {
  const rl::AgentConfig agent = TinyAgent();
  const std::unique_ptr<Trainer> trainer = Make(
      {.task = "cartpole-swingup", .action_repeat = 250, .random_decisions = 3},
      agent);
  Decide(*trainer, 8);
  EXPECT_EQ(trainer->interval().returns.count, 2);
  trainer->ClearInterval();
  Decide(*trainer, 4);
  EXPECT_EQ(trainer->interval().returns.count, 1);
  EXPECT_EQ(trainer->interval().returns.total, trainer->last_return());
  for (const auto& [name, count] : MetricCounts(agent, *trainer)) {
    EXPECT_EQ(count, 4) << name;
  }
}

TEST(Trainer, FirstActionsAreUniform) {
  constexpr int kDecisions = 2000;
  const auto actions = [](uint32_t seed, int64_t random_decisions) {
    const std::unique_ptr<Trainer> trainer =
        Make({.task = "reacher-easy",
              .seed = seed,
              .random_decisions = random_decisions});
    Decide(*trainer, random_decisions);
    return Actions(*trainer);
  };
  const std::vector<float> drawn = actions(1, kDecisions);
  ASSERT_EQ(drawn.size(), 2 * kDecisions);
  double sum = 0, squares = 0, products = 0;
  std::vector<int> quarters(4);
  for (size_t i = 0; i < drawn.size(); ++i) {
    ASSERT_GE(drawn[i], -1);
    ASSERT_LE(drawn[i], 1);
    sum += drawn[i];
    squares += drawn[i] * drawn[i];
    if (i > 0) products += drawn[i] * drawn[i - 1];
    ++quarters[std::min(3, static_cast<int>(2 * (drawn[i] + 1)))];
  }
  const double n = 2 * kDecisions;
  // Four standard deviations each.
  EXPECT_LT(std::abs(sum / n), 4 / std::sqrt(3 * n));
  EXPECT_LT(std::abs(squares / n - 1.0 / 3), 4 * std::sqrt(4.0 / 45 / n));
  EXPECT_LT(std::abs(products / n), 4 / 3.0 / std::sqrt(n));
  for (const int count : quarters) {
    EXPECT_LT(std::abs(count - n / 4), 4 * std::sqrt(n * 3 / 16));
  }
  EXPECT_EQ(actions(1, 100),
            std::vector<float>(drawn.begin(), drawn.begin() + 200));
  EXPECT_NE(actions(2, 100), actions(1, 100));
}

TEST(Trainer, ReplayHoldsWhatTheEnvironmentGave) {
  const TrainingConfig config = {.task = "reacher-easy",
                                 .action_repeat = 100,
                                 .seed = 4,
                                 .random_decisions = 12};
  const std::unique_ptr<Trainer> trainer = Make(config);
  Decide(*trainer, 35);
  const auto environment =
      MakeAgentEnvironment(config.task, config.action_repeat);
  ASSERT_TRUE(environment.ok());
  envs::TimeStep now = (*environment)->Reset(4);
  double total = 0;
  const rl::Replay& replay = trainer->replay();
  ASSERT_EQ(replay.added(), 38);
  for (int64_t i = 0; i < replay.added(); ++i) {
    const rl::Replay::Row row = replay.row(i);
    EXPECT_EQ(
        std::vector<double>(row.observation.begin(), row.observation.end()),
        std::vector<double>(now.observation.begin(), now.observation.end()));
    ASSERT_EQ(row.end, now.last()) << i;
    if (row.end) {
      EXPECT_THAT(row.action, Each(0));
      if (i == replay.added() - 1) break;
      now = (*environment)->Reset();
      total = 0;
      continue;
    }
    now =
        *(*environment)
             ->Step(std::vector<double>(row.action.begin(), row.action.end()));
    EXPECT_EQ(row.reward, static_cast<float>(now.reward));
    total += now.reward;
    // Ten decisions an episode; the trainer knows the third's return.
    EXPECT_EQ(now.last(), i % 11 == 9) << i;
    if (i == 31) {
      EXPECT_EQ(trainer->last_return(), total);
    }
  }
}

safetensors::File Saved(Trainer& trainer) {
  Snapshot snapshot;
  trainer.Save(snapshot);
  return safetensors::File::Parse(
             safetensors::Serialize(snapshot.tensors, snapshot.metadata)
                 .value(),
             "a")
      .value();
}

TEST(Trainer, GoesOnElsewhere) {
  const TrainingConfig config = {.task = "reacher-easy",
                                 .action_repeat = 50,
                                 .seed = 4,
                                 .random_decisions = 12};
  for (const int64_t decisions : {0, 7, 12, 20, 33, 45}) {
    const std::unique_ptr<Trainer> trainer = Make(config), other = Make(config);
    Decide(*trainer, decisions);
    // Whatever it was up to before.
    Decide(*other, 15);
    rl::Replay replay = other->MakeReplay(0);
    for (int64_t i = 0; i < trainer->replay().added(); ++i) {
      const rl::Replay::Row row = trainer->replay().row(i);
      if (row.end) {
        replay.EndEpisode(row.observation);
      } else {
        replay.AddTransition(row.observation, row.action, row.reward);
      }
    }
    const safetensors::File file = Saved(*trainer);
    ASSERT_TRUE(other->Restore(file, std::move(replay)).ok());
    EXPECT_EQ(other->last_return(), trainer->last_return());
    Decide(*trainer, 30);
    Decide(*other, 30);
    EXPECT_EQ(Actions(*other), Actions(*trainer));
    EXPECT_EQ(other->counts().updates, trainer->counts().updates);
    EXPECT_EQ(other->counts().env_steps, trainer->counts().env_steps);
    EXPECT_EQ(other->counts().episodes, trainer->counts().episodes);
    EXPECT_EQ(other->last_return(), trainer->last_return());
    const safetensors::File one = Saved(*trainer), two = Saved(*other);
    EXPECT_EQ(one.metadata(), two.metadata());
    ASSERT_EQ(one.names(), two.names());
    for (const std::string& name : one.names()) {
      EXPECT_EQ(one.Find(name)->bytes, two.Find(name)->bytes) << name;
    }
  }
}

TEST(Trainer, NeedsAllThatWasSaved) {
  const TrainingConfig config = {
      .task = "cartpole-swingup", .action_repeat = 500, .random_decisions = 2};
  const std::unique_ptr<Trainer> trainer = Make(config);
  Decide(*trainer, 5);
  Snapshot snapshot;
  trainer->Save(snapshot);
  const auto restored = [&](const std::vector<safetensors::Tensor>& tensors,
                            const safetensors::Metadata& metadata) {
    const auto file = safetensors::File::Parse(
        safetensors::Serialize(tensors, metadata).value(), "a.safetensors");
    return trainer->Restore(*file, trainer->MakeReplay(0));
  };
  ASSERT_TRUE(restored(snapshot.tensors, snapshot.metadata).ok());
  ASSERT_EQ(snapshot.metadata.size(), 5);
  for (const auto& [name, text] : snapshot.metadata) {
    safetensors::Metadata metadata = snapshot.metadata;
    metadata.erase(name);
    EXPECT_THAT(std::string(restored(snapshot.tensors, metadata).message()),
                AllOf(HasSubstr(name), HasSubstr("a.safetensors")));
  }
  for (size_t i = 0; i < snapshot.tensors.size(); ++i) {
    std::vector<safetensors::Tensor> tensors = snapshot.tensors;
    tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(
        std::string(restored(tensors, snapshot.metadata).message()),
        AllOf(HasSubstr(snapshot.tensors[i].name), HasSubstr("a.safetensors")));
  }
}

TEST(Trainer, SaysThatItHasDiverged) {
  rl::AgentConfig agent = TinyAgent();
  agent.update.learning_rate = 1e6;
  const std::unique_ptr<Trainer> trainer =
      Make({.task = "cartpole-swingup", .random_decisions = 10}, agent);
  absl::Status status;
  while (status.ok() && trainer->counts().decisions < 100) {
    status = trainer->Decide();
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr(" in update "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("has diverged"));
}

// Gives a reward and an observation of its own from one time step on.
class Broken final : public envs::Environment {
 public:
  Broken(int64_t from, double observation, double reward)
      : from_(from), observation_(observation), reward_(reward) {}

  const envs::EnvironmentSpec& spec() const override { return spec_; }
  envs::TimeStep Reset(uint32_t) override { return Reset(); }
  envs::TimeStep Reset() override { return Present(); }
  absl::StatusOr<envs::TimeStep> Step(absl::Span<const double>) override {
    ++time_;
    return Present();
  }
  std::string SaveState() const override { return ""; }
  absl::StatusOr<envs::TimeStep> RestoreState(absl::string_view) override {
    return absl::UnimplementedError("not needed here");
  }

 private:
  envs::TimeStep Present() {
    const bool broken = time_ >= from_;
    numbers_[2] = broken ? observation_ : 0;
    return {.observation = numbers_, .reward = broken ? reward_ : 0};
  }

  const envs::EnvironmentSpec spec_ = {
      .name = "broken",
      .observation = {{.name = "angle"}, {.name = "velocity", .size = 2}},
      .action = {{.name = "torque", .minimum = -1, .maximum = 1}},
      .step_limit = 10};
  const int64_t from_;
  const double observation_, reward_;
  int64_t time_ = 0;
  std::vector<double> numbers_ = {0, 0, 0};
};

TEST(Trainer, NamesANumberThatIsNone) {
  const auto error_of = [](int64_t from, double observation, double reward) {
    const absl::StatusOr<std::unique_ptr<Trainer>> trainer = Trainer::Create(
        {.task = "broken", .random_decisions = 2}, TinyAgent(), {},
        std::make_unique<Broken>(from, observation, reward));
    absl::Status status = trainer.status();
    for (int i = 0; status.ok() && i < 9; ++i) status = (*trainer)->Decide();
    return std::string(status.message());
  };
  constexpr char kEnd[] =
      " decisions in broken: an environment must give finite numbers";
  EXPECT_EQ(error_of(0, NAN, 0),
            absl::StrCat("observation velocity[1] is nan after 0", kEnd));
  EXPECT_EQ(error_of(7, -INFINITY, 0),
            absl::StrCat("observation velocity[1] is -inf after 7", kEnd));
  EXPECT_EQ(error_of(3, 0, NAN),
            absl::StrCat("the reward is nan after 3", kEnd));
  // No float.
  EXPECT_EQ(error_of(3, 0, 1e300),
            absl::StrCat("the reward is 1e+300 after 3", kEnd));
  EXPECT_EQ(error_of(3, 1, 1), "");
}

TEST(Trainer, RefusesWhatCannotBe) {
  const auto refused = [](const TrainingConfig& config,
                          const rl::AgentConfig& agent) {
    return std::string(Trainer::Create(config, agent, {}).status().message());
  };
  EXPECT_THAT(refused({.task = "cartpole"}, TinyAgent()),
              HasSubstr("\"cartpole\""));
  rl::AgentConfig agent = TinyAgent();
  agent.loss.bootstrap_steps = 3;  // and one of the model
  EXPECT_THAT(
      refused({.task = "cartpole-swingup", .action_repeat = 500}, agent),
      HasSubstr("windows of 4 decisions, and an episode of cartpole-swingup "
                "has 2"));
  agent.update.discount = 2;
  EXPECT_THAT(refused({.task = "cartpole-swingup"}, agent),
              HasSubstr("discount"));
}

}  // namespace
}  // namespace experiments
