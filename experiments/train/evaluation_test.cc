#include "experiments/train/evaluation.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "experiments/agent_environment.h"
#include "experiments/train/tiny_agent.h"
#include "gtest/gtest.h"
#include "rl/agent.h"
#include "rl/agent_config.h"

namespace experiments {
namespace {

class EvaluationTest : public ::testing::Test {
 protected:
  EvaluationTest() {
    rl::AgentConfig config = TinyAgent();
    config.observation_size = environment_->spec().observation_size();
    config.action_size = environment_->spec().action_size();
    agent_ = rl::Agent::Create(config, 1, {}).value();
  }

  std::vector<double> Returns(uint32_t seed, uint32_t number, int episodes) {
    const auto returns = Evaluate(*agent_, *environment_, seed, number,
                                  episodes, [] { return false; });
    EXPECT_TRUE(returns.ok()) << returns.status();
    return returns.value_or(std::vector<double>());
  }

  std::vector<float> Explore() {
    std::vector<float> actions;
    for (int i = 0; i < 5; ++i) {
      const auto action = agent_->Act(
          std::vector<float>(agent_->config().observation_size, 0.5F),
          rl::Acting::kExplore);
      actions.insert(actions.end(), action.begin(), action.end());
    }
    return actions;
  }

  const std::unique_ptr<envs::Environment> environment_ =
      MakeAgentEnvironment("walker-walk", 20).value();
  std::unique_ptr<rl::Agent> agent_;
};

TEST_F(EvaluationTest, DependsOnSeedAndNumberAlone) {
  const std::vector<double> returns = Returns(3, 2, 3);
  ASSERT_EQ(returns.size(), 3);
  EXPECT_NE(returns[0], returns[1]);
  // Whatever comes between.
  Explore();
  Returns(4, 5, 1);
  EXPECT_EQ(Returns(3, 2, 3), returns);
  EXPECT_EQ(Returns(3, 2, 1), std::vector<double>({returns[0]}));
  EXPECT_NE(Returns(4, 2, 1), Returns(3, 2, 1));
  EXPECT_NE(Returns(3, 3, 1), Returns(3, 2, 1));
}

TEST_F(EvaluationTest, ChangesNothingThatComesLater) {
  const std::unique_ptr<rl::Agent> other =
      rl::Agent::Create(agent_->config(), 1, {}).value();
  Returns(3, 2, 1);
  const std::vector<float> actions = Explore();
  std::vector<float> expected;
  for (int i = 0; i < 5; ++i) {
    const auto action =
        other->Act(std::vector<float>(other->config().observation_size, 0.5F),
                   rl::Acting::kExplore);
    expected.insert(expected.end(), action.begin(), action.end());
  }
  EXPECT_EQ(actions, expected);
}

TEST_F(EvaluationTest, ReturnsAreSumsOfRewards) {
  const double expected = Returns(3, 2, 2)[1];
  agent_->SeedEvaluation(2);
  double total = 0;
  envs::TimeStep now = environment_->Reset(3);
  for (int episode = 0; episode < 2; ++episode) {
    if (episode == 1) now = environment_->Reset();
    total = 0;
    int decisions = 0;
    for (; !now.last(); ++decisions) {
      const auto action = agent_->Act(
          std::vector<float>(now.observation.begin(), now.observation.end()),
          rl::Acting::kEvaluate);
      now =
          environment_->Step(std::vector<double>(action.begin(), action.end()))
              .value();
      total += now.reward;
    }
    EXPECT_EQ(decisions, 50);
  }
  EXPECT_EQ(total, expected);
}

TEST_F(EvaluationTest, StopsWhenTold) {
  int asked = 0;
  const absl::Status status = Evaluate(*agent_, *environment_, 3, 2, 2, [&] {
                                return ++asked > 60;
                              }).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 61);
}

}  // namespace
}  // namespace experiments
