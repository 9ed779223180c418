// Gradients of the whole update against finite differences, in double.

#include <cmath>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/small_agent.h"
#include "rl/update.h"

namespace rl {
namespace {

using autodiff::ParameterGroup;
using autodiff::Tensor;
using autodiff::Tensors;

class Gradients : public testing::TestWithParam<Variant> {
 protected:
  const AgentConfig& config() const { return GetParam().config; }
  bool td3() const { return config().loss.algorithm == Algorithm::kTd3; }
  bool trains_critics() const {
    return !td3() && config().loss.bootstrap_steps > 0;
  }
};

void Append(Tensors& parameters, const ParameterGroup& group) {
  parameters.insert(parameters.end(), group.parameters().begin(),
                    group.parameters().end());
}

std::set<std::string> Names(const std::vector<const ParameterGroup*>& groups) {
  std::set<std::string> names;
  for (const ParameterGroup* group : groups) {
    for (const Tensor& parameter : group->parameters()) {
      names.insert(parameter.node().name);
    }
  }
  return names;
}

// Step 1, with respect to all parameters: those that it must not train are
// without a gradient, and only those.
TEST_P(Gradients, OfTheModelLosses) {
  autodiff::Graph graph;
  const AgentParts parts(graph, config());
  const Batch batch(graph, config());
  const Tensor total = RecordModelLosses(parts, batch).total;
  autodiff::State<double> state(graph);
  DrawParameters(parts, 1, state);
  const Transitions data = DrawTransitions(config(), 1);

  Tensors parameters;
  Append(parameters, parts.encoder_group);
  Append(parameters, parts.model_group);
  Append(parameters, parts.critic_group);
  if (!config().loss.model_action) Append(parameters, parts.actor_group);
  const autodiff::GradientReport report =
      CheckGradients(total, parameters, state,
                     {{batch.observations, data.observations},
                      {batch.actions, data.actions},
                      {batch.rewards, data.rewards}});
  EXPECT_LT(report.worst_error, 1e-7) << report.worst_element;

  std::vector<const ParameterGroup*> untrained;
  if (!config().loss.model_action) untrained.push_back(&parts.actor_group);
  if (td3() || config().loss.rollout_steps == 0) {
    untrained.push_back(&parts.model_group);
  }
  if (!trains_critics()) untrained.push_back(&parts.critic_group);
  EXPECT_EQ(std::set<std::string>(report.without_gradient.begin(),
                                  report.without_gradient.end()),
            Names(untrained));
}

// Products of a gradient with random directions, two for each parameter of the
// group, against central differences of fourth order (step 1e-3) by running the
// update from other states.
void ExpectGradient(SmallUpdate<double>& update, const ParameterGroup& group,
                    const std::vector<double>& gradient,
                    const std::function<double()>& loss) {
  constexpr double kStep = 1e-3;
  const std::string origin = update.Bytes();
  uint64_t seed = 0;
  for (const Tensor& parameter : group.parameters()) {
    const int64_t offset = parameter.node().attributes.Int("offset");
    const int64_t size = parameter.shape().elements();
    for (int repeat = 0; repeat < 2; ++repeat) {
      const std::vector<double> direction = DrawNumbers(size, ++seed);
      double expected = 0, difference = 0;
      for (int64_t i = 0; i < size; ++i) {
        expected += gradient[offset + i] * direction[i];
      }
      for (const auto& [steps, weight] : {std::pair{-2, 1}, std::pair{-1, -8},
                                          std::pair{1, 8}, std::pair{2, -1}}) {
        update.SetBytes(origin);
        const absl::Span<double> block = update.state().Reals(group.flat());
        for (int64_t i = 0; i < size; ++i) {
          block[offset + i] += steps * kStep * direction[i];
        }
        update.Run();
        difference += weight * loss() / (12 * kStep);
      }
      ASSERT_NEAR(expected, difference, 1e-6 * (1 + std::abs(difference)))
          << parameter.node().name;
    }
  }
  update.SetBytes(origin);
}

// Steps 2 and 3 as they are run. The learning rates are 0, so that what a step
// takes as given does not move with its own parameters.
TEST_P(Gradients, OfTheCriticsAndTheActor) {
  AgentConfig still = config();
  still.update.learning_rate = still.update.encoder_learning_rate = 0;
  still.update.target_rate = 0.3;
  SmallUpdate<double> update(still);
  const std::string origin = update.Bytes();
  update.Run();
  const int critics = td3() ? 1 : 2;
  const std::vector<double> to_critics = update.Gradient(critics);
  const std::vector<double> to_actor = update.Gradient(critics + 1);
  update.SetBytes(origin);
  const double vaml_weight = trains_critics() ? still.loss.vaml_weight : 0;
  ExpectGradient(update, update.parts().critic_group, to_critics, [&] {
    const double vaml =
        vaml_weight > 0 ? vaml_weight * update.Metric("vaml_loss") : 0;
    return update.Metric("critic_loss") + vaml;
  });
  ExpectGradient(update, update.parts().actor_group, to_actor,
                 [&] { return update.Metric("actor_loss"); });
}

// What the update descends is the sum that the model's losses are recorded as.
TEST_P(Gradients, OfTheUpdateAreThoseOfTheModelLosses) {
  SmallUpdate<double> update(config());
  update.Run();
  autodiff::Graph graph;
  const AgentParts parts(graph, config());
  const Batch batch(graph, config());
  const Tensor total = RecordModelLosses(parts, batch).total;
  const Tensors expected =
      GroupGradients(total, {&parts.encoder_group, &parts.model_group});
  autodiff::State<double> state(graph);
  DrawParameters(parts, 1, state);
  autodiff::Program<double> program(graph, expected, &state);
  const Transitions data = DrawTransitions(config(), 1);
  absl::c_copy(data.observations, program.Input(batch.observations).begin());
  absl::c_copy(data.actions, program.Input(batch.actions).begin());
  absl::c_copy(data.rewards, program.Input(batch.rewards).begin());
  program.Run();
  for (int group = 0; group < (td3() ? 1 : 2); ++group) {
    const std::vector<double> actual = update.Gradient(group);
    const absl::Span<const double> block = program.Output(expected[group]);
    ASSERT_EQ(actual.size(), block.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      ASSERT_NEAR(actual[i], block[i], 1e-13) << group << " " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Gradients, testing::ValuesIn(Variants()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace rl
