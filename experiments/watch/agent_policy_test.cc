#include "experiments/watch/agent_policy.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "envs/registry.h"
#include "experiments/agent_environment.h"
#include "experiments/watch/policy.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rl/agent.h"
#include "rl/agent_config.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<rl::Agent> MakeAgent(int64_t observation_size,
                                     int64_t action_size) {
  rl::AgentConfig config = {.observation_size = observation_size,
                            .action_size = action_size};
  config.network.width = 8;
  config.network.latent_size = 8;
  config.planner = {.iterations = 1, .samples = 8, .elites = 4};
  return rl::Agent::Create(config, 1, {}).value();
}

TEST(AgentPolicy, ActsAsInItsEnvironment) {
  constexpr int kRepeat = 4;
  for (const std::string task : {"cartpole-swingup", "quadruped-walk"}) {
    const auto watched = envs::MakeEnvironment(task).value();
    const auto lived_in = MakeAgentEnvironment(task, kRepeat).value();
    const envs::EnvironmentSpec& spec = watched->spec();
    const std::unique_ptr<rl::Agent> agent =
        MakeAgent(spec.observation_size(), spec.action_size());
    const std::unique_ptr<rl::Agent> same =
        MakeAgent(spec.observation_size(), spec.action_size());
    Policy policy = AgentPolicy(*agent, spec, kRepeat).value();
    // The second episode is another evaluation.
    for (uint32_t episode = 0; episode < 2; ++episode) {
      same->SeedEvaluation(episode);
      envs::TimeStep ours = watched->Reset(7);
      envs::TimeStep theirs = lived_in->Reset(7);
      double total = 0;
      for (int64_t step = 0; step < 15 * kRepeat; ++step) {
        const std::vector<double> action = policy(ours.observation, step);
        if (step % kRepeat == 0) {
          EXPECT_EQ(total, theirs.reward);
          total = 0;
          const auto chosen =
              same->Act(std::vector<float>(theirs.observation.begin(),
                                           theirs.observation.end()),
                        rl::Acting::kEvaluate);
          theirs =
              lived_in->Step(std::vector<double>(chosen.begin(), chosen.end()))
                  .value();
        }
        ours = watched->Step(action).value();
        total += ours.reward;
      }
      EXPECT_EQ(total, theirs.reward);
    }
  }
}

TEST(AgentPolicy, ScalesToTheBounds) {
  envs::EnvironmentSpec spec;
  spec.observation = {{.name = "x"}};
  spec.action = {{.name = "push", .size = 2, .minimum = -10, .maximum = 30},
                 {.name = "free", .minimum = -1}};
  const std::unique_ptr<rl::Agent> agent = MakeAgent(1, 3);
  const std::unique_ptr<rl::Agent> same = MakeAgent(1, 3);
  Policy policy = AgentPolicy(*agent, spec, 2).value();
  const std::vector<double> first = policy({0.25}, 0);
  const auto chosen =
      same->Act(std::vector<float>{0.25F}, rl::Acting::kEvaluate);
  const std::vector<double> a(chosen.begin(), chosen.end());
  EXPECT_EQ(first, std::vector<double>({10 + 20 * a[0], 10 + 20 * a[1], a[2]}));
  // Held, whatever is seen.
  EXPECT_EQ(policy({-3}, 1), first);
  EXPECT_NE(policy({-3}, 2), first);
}

TEST(AgentPolicy, SizesMustFit) {
  const std::unique_ptr<rl::Agent> agent = MakeAgent(5, 2);
  const auto cartpole = envs::MakeEnvironment("cartpole-swingup").value();
  const absl::Status status = AgentPolicy(*agent, cartpole->spec(), 2).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("5 observations and 2 actions, cartpole-swingup has 5 "
                        "and 1"));
}

}  // namespace
}  // namespace experiments
