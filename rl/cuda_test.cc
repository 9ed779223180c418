// The whole update and the planner on a device, beside the CPU's.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/tensor.h"
#include "autodiff/testing/device_under_test.h"
#include "gtest/gtest.h"
#include "rl/agent.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/planner.h"
#include "rl/small_agent.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::Program;
using autodiff::State;
using autodiff::Tensor;
// Where what may run in any order runs in a random one.
std::shared_ptr<autodiff::cuda::Device> MakeDevice(uint64_t seed) {
  return autodiff::DeviceUnderTest(autodiff::kDescending + seed);
}

// Largest |a − b| over the largest |b|.
double Difference(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0, largest = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    const double error = std::abs(a[i] - b[i]);
    difference = error <= difference ? difference : error;  // NaN stays
    largest = std::max(largest, std::abs(b[i]));
  }
  return difference == 0 ? 0 : difference / largest;
}

class Cuda : public testing::TestWithParam<Variant> {};

// In float, with the same uniforms as the CPU in double.
TEST_P(Cuda, UpdatesAsTheCpu) {
  constexpr double kTolerance = 1e-4;
  const auto device = MakeDevice(1);
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  SmallUpdate<float> there(GetParam().config, {.device = device.get()});
  SmallUpdate<double> here(GetParam().config);
  double worst = 0;
  const auto compare = [&](const std::vector<double>& a,
                           const std::vector<double>& b,
                           const std::string& what) {
    const double difference = Difference(a, b);
    EXPECT_LE(difference, kTolerance) << what;
    worst = std::max(worst, difference);
  };
  for (int run = 0; run < 3; ++run) {
    SCOPED_TRACE(run);
    there.Run();
    here.Run();
    for (const auto& [name, tensor] : here.update().whole.metrics) {
      compare({there.Metric(name)}, {here.Metric(name)}, name);
    }
    for (size_t i = 0; i < here.update().gradients.size(); ++i) {
      compare(there.Gradient(static_cast<int>(i)),
              here.Gradient(static_cast<int>(i)), "gradient");
    }
    compare(there.Block(there.parts().target_critics),
            here.Block(here.parts().target_critics), "target critics");
    compare(there.Block(there.parts().actor_group.flat()),
            here.Block(here.parts().actor_group.flat()), "actor");
    compare(there.Block(there.parts().model_group.flat()),
            here.Block(here.parts().model_group.flat()), "model");
  }
  std::cout << "worst difference " << worst << "\n";
}

// Actions and the last iteration's candidates and scores, by the same draws.
template <typename T>
std::vector<std::vector<double>> Plan(const AgentConfig& config,
                                      autodiff::cuda::Device* device) {
  Graph graph;
  const AgentParts agent(graph, config);
  const bool plans = config.trains_model();
  const ActingGraph acting = plans ? RecordPlanner(agent) : RecordPolicy(agent);
  std::vector<Tensor> outputs = {acting.exploring, acting.evaluating};
  if (plans) {
    outputs.push_back(acting.candidates);
    outputs.push_back(acting.scores);
  }
  std::vector<Tensor> wanted = outputs;
  wanted.push_back(acting.random);
  State<T> state(graph, device);
  DrawParameters(agent, 2, state);
  Program<T> program(graph, wanted, &state, {.device = device});
  std::vector<std::vector<double>> all;
  for (uint64_t run = 0; run < 2; ++run) {
    absl::c_copy(DrawNumbers(config.observation_size, run),
                 program.Input(acting.observation).begin());
    program.Run();
    for (const Tensor& output : outputs) {
      const absl::Span<const T> numbers = program.Output(output);
      all.emplace_back(numbers.begin(), numbers.end());
    }
  }
  return all;
}

TEST_P(Cuda, PlansAsTheCpu) {
  constexpr double kTolerance = 1e-4;
  AgentConfig config = GetParam().config;
  config.planner.samples = 24;
  config.planner.elites = 6;
  config.planner.iterations = 2;
  config.planner.horizon = 2;
  const auto device = MakeDevice(2);
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  const auto there = Plan<float>(config, device.get());
  const auto here = Plan<double>(config, nullptr);
  ASSERT_EQ(there.size(), here.size());
  for (size_t i = 0; i < here.size(); ++i) {
    EXPECT_LE(Difference(there[i], here[i]), kTolerance) << i;
  }
}

// The agent of the paper on a body of its size.
TEST(PaperAgent, UpdatesInAtMost200Launches) {
  const auto device = autodiff::DeviceUnderTest(autodiff::kAscending, 256);
  if (device == nullptr) GTEST_SKIP() << "no GPU";
  const absl::StatusOr<std::unique_ptr<Agent>> agent = Agent::Create(
      {.observation_size = 67, .action_size = 21}, 1, {.device = device.get()});
  ASSERT_TRUE(agent.ok()) << agent.status();
  EXPECT_LE((*agent)->update_program().launches().size(), 200u);
}

INSTANTIATE_TEST_SUITE_P(Variants, Cuda, testing::ValuesIn(Variants()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace rl
