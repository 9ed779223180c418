#include "experiments/agent_environment.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<envs::Environment> Plain(const std::string& task) {
  absl::StatusOr<std::unique_ptr<envs::Environment>> made =
      envs::MakeEnvironment(task);
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

TEST(AgentEnvironment, IsTheTaskByDecisions) {
  const auto ours = MakeAgentEnvironment("finger-spin", 4);
  ASSERT_TRUE(ours.ok()) << ours.status();
  const std::unique_ptr<envs::Environment> plain = Plain("finger-spin");
  EXPECT_EQ((*ours)->spec().step_limit, plain->spec().step_limit / 4);
  EXPECT_EQ((*ours)->spec().control_timestep,
            4 * plain->spec().control_timestep);

  std::vector<double> action(plain->spec().action_size());
  std::vector<double> bounded(action.size());
  envs::TimeStep theirs = plain->Reset(5);
  envs::TimeStep our = (*ours)->Reset(5);
  for (int decision = 0; decision < 20; ++decision) {
    ASSERT_EQ(our.observation.size(), theirs.observation.size());
    for (size_t i = 0; i < our.observation.size(); ++i) {
      EXPECT_EQ(our.observation[i],
                static_cast<double>(static_cast<float>(theirs.observation[i])));
    }
    for (size_t i = 0; i < action.size(); ++i) {
      action[i] = std::sin(static_cast<double>(decision + i));
      const envs::ArraySpec& part = plain->spec().action[i];
      bounded[i] =
          part.minimum + (action[i] + 1) / 2 * (part.maximum - part.minimum);
    }
    double reward = 0;
    for (int step = 0; step < 4; ++step) {
      theirs = *plain->Step(bounded);
      reward += theirs.reward;
    }
    our = *(*ours)->Step(action);
    EXPECT_EQ(our.reward, reward);
  }
}

TEST(AgentEnvironment, EpisodesHaveAWholeNumberOfDecisions) {
  for (const int repeat : {-1, 0, 3, 1001}) {
    const absl::Status status =
        MakeAgentEnvironment("cartpole-swingup", repeat).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("--action_repeat=" + std::to_string(repeat)));
  }
  EXPECT_TRUE(MakeAgentEnvironment("cartpole-swingup", 1000).ok());
}

TEST(AgentEnvironment, ThereMustBeSuchATask) {
  const absl::Status status = MakeAgentEnvironment("cartpole", 2).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"cartpole\""));
}

// Nothing but its description.
class Described final : public envs::Environment {
 public:
  explicit Described(bool whole) {
    spec_.name = "buttons";
    spec_.action = {{.name = "push", .minimum = -1, .maximum = 1},
                    {.name = "button", .size = 2, .whole = whole}};
    spec_.step_limit = 10;
  }

  const envs::EnvironmentSpec& spec() const override { return spec_; }
  envs::TimeStep Reset(uint32_t) override { return {}; }
  envs::TimeStep Reset() override { return {}; }
  absl::StatusOr<envs::TimeStep> Step(absl::Span<const double>) override {
    return envs::TimeStep();
  }
  std::string SaveState() const override { return ""; }
  absl::StatusOr<envs::TimeStep> RestoreState(absl::string_view) override {
    return envs::TimeStep();
  }

 private:
  envs::EnvironmentSpec spec_;
};

TEST(AgentEnvironment, ActionsAreRealNumbers) {
  EXPECT_TRUE(WrapForAgent(std::make_unique<Described>(false), 2).ok());
  const absl::Status status =
      WrapForAgent(std::make_unique<Described>(true), 2).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("buttons takes whole numbers"));
}

}  // namespace
}  // namespace experiments
