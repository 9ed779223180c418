#include "experiments/checkpoint/agent_tensors.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autodiff/graph.h"
#include "autodiff/parameters.h"
#include "autodiff/tensor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/replay.h"
#include "rl/small_agent.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

std::vector<float> Numbers(int64_t size, uint64_t seed) {
  const std::vector<double> drawn = rl::DrawNumbers(size, seed);
  return {drawn.begin(), drawn.end()};
}

rl::Replay RandomLife(const rl::AgentConfig& config) {
  rl::Replay replay({.capacity = 300,
                     .observation_size = config.observation_size,
                     .action_size = config.action_size,
                     .window = config.window()});
  for (int i = 0; i < 200; ++i) {
    replay.AddTransition(Numbers(config.observation_size, 2 * i),
                         Numbers(config.action_size, 2 * i + 1),
                         static_cast<float>(i % 3));
  }
  return replay;
}

std::unique_ptr<rl::Agent> MakeAgent(rl::AgentConfig config, uint64_t seed) {
  config.planner.samples = 20;
  config.planner.elites = 5;
  config.planner.iterations = 2;
  absl::StatusOr<std::unique_ptr<rl::Agent>> agent =
      rl::Agent::Create(config, seed, {.plan = config.trains_model()});
  EXPECT_TRUE(agent.ok()) << agent.status();
  return *std::move(agent);
}

safetensors::File Parse(const std::vector<safetensors::Tensor>& tensors) {
  return safetensors::File::Parse(safetensors::Serialize(tensors, {}).value(),
                                  "a")
      .value();
}

using Metrics = std::vector<std::pair<std::string, double>>;

// What an agent does next.
struct Future {
  std::vector<float> actions;
  std::vector<Metrics> updates;
  bool operator==(const Future&) const = default;
};

Future FutureOf(rl::Agent& agent, const rl::Replay& replay) {
  Future future;
  for (int i = 0; i < 3; ++i) {
    for (const auto acting : {rl::Acting::kExplore, rl::Acting::kEvaluate}) {
      const auto action =
          agent.Act(Numbers(agent.config().observation_size, i), acting);
      future.actions.insert(future.actions.end(), action.begin(), action.end());
    }
    agent.Update(replay, 100 + i);
    future.updates.push_back(agent.Metrics());
    future.updates.push_back(agent.HeldOutMetrics(replay, i));
  }
  return future;
}

class AgentTensorsTest : public testing::TestWithParam<rl::Variant> {};
INSTANTIATE_TEST_SUITE_P(Variants, AgentTensorsTest,
                         testing::ValuesIn(rl::Variants()),
                         [](const auto& info) { return info.param.name; });

TEST_P(AgentTensorsTest, AnotherAgentGoesOnTheSame) {
  const std::unique_ptr<rl::Agent> agent = MakeAgent(GetParam().config, 1);
  const std::unique_ptr<rl::Agent> other = MakeAgent(GetParam().config, 2);
  const rl::Replay replay = RandomLife(agent->config());
  FutureOf(*agent, replay);
  const safetensors::File file = Parse(AgentTensors(*agent));
  ASSERT_TRUE(RestoreAgent(file, *other).ok());
  EXPECT_EQ(FutureOf(*other, replay), FutureOf(*agent, replay));
}

TEST(AgentTensors, EachCounts) {
  // With any one of them left as it was, the other agent is another.
  const std::unique_ptr<rl::Agent> agent = MakeAgent(rl::SmallConfig(), 1);
  const rl::Replay replay = RandomLife(agent->config());
  FutureOf(*agent, replay);
  const std::vector<safetensors::Tensor> tensors = AgentTensors(*agent);
  const safetensors::File file = Parse(tensors);
  const Future future = FutureOf(*agent, replay);
  std::map<std::string, std::vector<std::byte>> fresh;
  const std::unique_ptr<rl::Agent> other = MakeAgent(rl::SmallConfig(), 2);
  for (const safetensors::Tensor& tensor : AgentTensors(*other)) {
    fresh[tensor.name].assign(tensor.bytes.begin(), tensor.bytes.end());
  }
  for (const safetensors::Tensor& tensor : tensors) {
    std::vector<safetensors::Tensor> changed;
    for (safetensors::Tensor kept : AgentTensors(*other)) {
      const auto saved = file.Find(kept.name).value();
      kept.bytes = kept.name == tensor.name ? fresh.at(kept.name) : saved.bytes;
      changed.push_back(kept);
    }
    ASSERT_TRUE(RestoreAgent(Parse(changed), *other).ok());
    EXPECT_NE(FutureOf(*other, replay), future) << tensor.name;
  }
}

TEST(AgentTensors, HoldEveryParameterItsMomentsAndTargets) {
  const std::unique_ptr<rl::Agent> agent = MakeAgent(rl::SmallConfig(), 1);
  int64_t floats = 0;
  for (const safetensors::Tensor& tensor : AgentTensors(*agent)) {
    if (tensor.type != safetensors::ElementType::kF32) continue;
    floats += static_cast<int64_t>(tensor.bytes.size() / sizeof(float));
  }
  const rl::AgentParts& parts = agent->parts();
  const auto size = [](const autodiff::ParameterGroup& group) {
    int64_t elements = 0;
    for (const autodiff::Tensor& parameter : group.parameters()) {
      elements += parameter.node().elements();
    }
    return elements;
  };
  EXPECT_EQ(floats,
            3 * size(parts.encoder_group) + 3 * size(parts.model_group) +
                4 * size(parts.critic_group) + 3 * size(parts.actor_group));
}

TEST(AgentTensors, AMissingOneIsAnError) {
  const std::unique_ptr<rl::Agent> agent = MakeAgent(rl::SmallConfig(), 1);
  const std::vector<safetensors::Tensor> tensors = AgentTensors(*agent);
  for (size_t missing = 0; missing < tensors.size(); ++missing) {
    std::vector<safetensors::Tensor> fewer = tensors;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(missing));
    const absl::Status status = RestoreAgent(Parse(fewer), *agent);
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(tensors[missing].name));
  }
}

TEST(AgentTensors, AnotherShapeOrTypeIsAnError) {
  const std::unique_ptr<rl::Agent> agent = MakeAgent(rl::SmallConfig(), 1);
  const std::vector<safetensors::Tensor> tensors = AgentTensors(*agent);
  for (size_t i = 0; i < tensors.size(); ++i) {
    std::vector<safetensors::Tensor> flat = tensors, retyped = tensors;
    flat[i].shape.insert(flat[i].shape.begin(), 1);
    retyped[i].type = tensors[i].type == safetensors::ElementType::kF32
                          ? safetensors::ElementType::kI32
                          : safetensors::ElementType::kF32;
    for (const auto& changed : {flat, retyped}) {
      const absl::Status status = RestoreAgent(Parse(changed), *agent);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(status.message()), HasSubstr(tensors[i].name));
    }
  }
}

TEST(AgentTensors, AnotherArchitectureIsAnError) {
  rl::AgentConfig wide = rl::SmallConfig();
  wide.network.width = 9;
  const std::unique_ptr<rl::Agent> agent = MakeAgent(wide, 1);
  const std::unique_ptr<rl::Agent> small = MakeAgent(rl::SmallConfig(), 1);
  const std::unique_ptr<rl::Agent> point =
      MakeAgent(rl::SmallDeterministicConfig(), 1);
  EXPECT_FALSE(RestoreAgent(Parse(AgentTensors(*agent)), *small).ok());
  EXPECT_FALSE(RestoreAgent(Parse(AgentTensors(*point)), *small).ok());
}

}  // namespace
}  // namespace experiments
