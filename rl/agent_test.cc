#include "rl/agent.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "autodiff/testing/allocation_count.h"
#include "gtest/gtest.h"
#include "rl/agent_config.h"
#include "rl/replay.h"
#include "rl/small_agent.h"

namespace rl {
namespace {

// Observations and actions at random; the reward is their product.
Replay RandomLife(const AgentConfig& config, double held_out = 0.05) {
  Replay replay({.capacity = 500,
                 .observation_size = config.observation_size,
                 .action_size = config.action_size,
                 .window = config.window(),
                 .held_out = held_out});
  for (int i = 0; i < 450; ++i) {
    const std::vector<double> x = DrawNumbers(config.observation_size, 2 * i);
    const std::vector<double> a = DrawNumbers(config.action_size, 2 * i + 1);
    const std::vector<float> observation(x.begin(), x.end());
    if (i % 10 == 9) {
      replay.EndEpisode(observation);
    } else {
      replay.AddTransition(observation, std::vector<float>(a.begin(), a.end()),
                           static_cast<float>(2 * x[0] * a[0]));
    }
  }
  return replay;
}

AgentConfig WithSmallPlanner(AgentConfig config) {
  config.planner.samples = 20;
  config.planner.elites = 5;
  config.planner.iterations = 2;
  return config;
}

std::unique_ptr<Agent> MakeAgent(const AgentConfig& config,
                                 Agent::Options options = {}) {
  options.plan = options.plan && config.trains_model();
  absl::StatusOr<std::unique_ptr<Agent>> agent =
      Agent::Create(config, 1, options);
  EXPECT_TRUE(agent.ok()) << agent.status();
  return *std::move(agent);
}

TEST(Agent, RefusesAConfigurationWithItsSentence) {
  AgentConfig config = SmallConfig();
  config.loss.model_samples = 1;
  const absl::Status status = Agent::Create(config, 1, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status, Validate(config));
  EXPECT_NE(status.message(), "");
}

TEST(Agent, DoesNotPlanWithAnUntrainedModel) {
  AgentConfig config = WithSmallPlanner(SmallConfig());
  config.loss.rollout_steps = 0;
  config.loss.bootstrap_steps = 1;
  config.update.proportion_real = 1;
  EXPECT_EQ(Agent::Create(config, 1, {}).status(),
            absl::InvalidArgumentError("rollout_steps = 0 trains no model to "
                                       "plan with: the policy must act alone"));
  EXPECT_TRUE(Agent::Create(config, 1, {.plan = false}).ok());
  config.loss.algorithm = Algorithm::kTd3;
  EXPECT_TRUE(Agent::Create(config, 1, {}).ok()) << "it never plans";
}

class Agents : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Variants, Agents, testing::ValuesIn(Variants()),
                         [](const auto& info) { return info.param.name; });

TEST_P(Agents, ActAndLearn) {
  const std::unique_ptr<Agent> agent =
      MakeAgent(WithSmallPlanner(GetParam().config), {.stop_at_nan = true});
  const Replay replay = RandomLife(agent->config());
  for (int i = 0; i < 5; ++i) {
    agent->Update(replay, i);
    std::set<std::string> names;
    for (const auto& [name, value] : agent->Metrics()) {
      EXPECT_TRUE(std::isfinite(value)) << name;
      EXPECT_TRUE(names.insert(name).second) << name << " twice";
    }
    EXPECT_EQ(names.count("critic_loss"), 1);
    EXPECT_EQ(names.count("actor_loss"), 1);
    EXPECT_EQ(names.count("vaml_loss"),
              GetParam().config.loss.algorithm == Algorithm::kTd3 ? 0 : 1);
    for (const Acting acting : {Acting::kExplore, Acting::kEvaluate}) {
      const absl::Span<const float> action =
          agent->Act({0.1F, -0.4F, 0.8F}, acting);
      ASSERT_EQ(action.size(), 2);
      for (const float x : action) EXPECT_LE(std::abs(x), 1) << x;
    }
  }
}

// td3 has no model to plan with: its actions are its policy's, one and the same
// for an observation when it is evaluated.
TEST(Agent, ActsWithItsPolicyIfItMayNotPlan) {
  AgentConfig td3 = WithSmallPlanner(SmallConfig());
  td3.loss.algorithm = Algorithm::kTd3;
  const AgentConfig planning = WithSmallPlanner(SmallConfig());
  const auto stays = [](const AgentConfig& config, bool plan) {
    const std::unique_ptr<Agent> agent =
        *Agent::Create(config, 1, {.plan = plan});
    const auto act = [&] {
      const absl::Span<const float> action =
          agent->Act({0.1F, -0.4F, 0.8F}, Acting::kEvaluate);
      return std::vector<float>(action.begin(), action.end());
    };
    return act() == act();
  };
  EXPECT_TRUE(stays(td3, true));
  EXPECT_TRUE(stays(planning, false));
  EXPECT_FALSE(stays(planning, true)) << "planning is random";
}

// With discount 0 the critics learn what the model does: the reward.
TEST(Agent, LearnsTheRewardOfABandit) {
  for (const CriticHead head : {CriticHead::kHlGauss, CriticHead::kScalar}) {
    AgentConfig config = WithSmallPlanner(SmallConfig());
    config.network.width = 32;
    config.network.critic_head = head;
    config.network.critic_prior = 0;
    config.update.batch_size = 64;
    config.update.discount = 0;
    config.update.learning_rate = config.update.encoder_learning_rate = 3e-3;
    const std::unique_ptr<Agent> agent = MakeAgent(config);
    const Replay replay = RandomLife(config);
    const auto mean_over = [&](int from, int to) {
      std::map<std::string, double> means;
      for (int i = from; i < to; ++i) {
        agent->Update(replay, i);
        for (const auto& [name, value] : agent->Metrics()) {
          means[name] += value / (to - from);
        }
      }
      return means;
    };
    std::map<std::string, double> first = mean_over(0, 10);
    mean_over(10, 190);
    std::map<std::string, double> last = mean_over(190, 200);
    EXPECT_LT(last["reward_loss"], 0.3 * first["reward_loss"]);
    EXPECT_LT(last["critic_loss"],
              (head == CriticHead::kScalar ? 0.3 : 0.8) * first["critic_loss"]);
  }
}

TEST(Agent, AllocatesNothingOnceItHasRun) {
  for (const int threads : {1, 2}) {
    for (const bool plan : {true, false}) {
      const std::unique_ptr<Agent> agent =
          MakeAgent(WithSmallPlanner(SmallConfig()),
                    {.plan = plan, .slow_model = true, .threads = threads});
      const Replay replay = RandomLife(agent->config());
      const std::vector<float> observation = {0.1F, -0.4F, 0.8F};
      agent->Update(replay, 0);
      agent->Act(observation, Acting::kExplore);
      const int64_t before = autodiff::AllocationCount();
      for (int i = 1; i < 10; ++i) {
        agent->Update(replay, i);
        agent->Update(replay, i, UpdateScope::kCriticsAndActor);
        agent->Act(observation, Acting::kExplore);
        agent->Act(observation, Acting::kEvaluate);
      }
      EXPECT_EQ(autodiff::AllocationCount(), before);
    }
  }
}

// ---- Held-out data ----------------------------------------------------------

using Numbers = std::map<std::string, double>;

Numbers Named(const std::vector<std::pair<std::string, double>>& metrics) {
  return {metrics.begin(), metrics.end()};
}

// The bytes of all state.
std::string Bytes(Agent& agent) {
  std::string all;
  for (const std::string& name : agent.state().Names()) {
    for (const std::byte byte : agent.state().Bytes(name)) {
      all.push_back(static_cast<char>(byte));
    }
  }
  return all;
}

// Two replays of one life give the same batch, one of them to the update and
// the other one to the held-out pass.
TEST_P(Agents, SeeTheSameLossesOnHeldOutData) {
  const std::unique_ptr<Agent> agent =
      MakeAgent(WithSmallPlanner(GetParam().config));
  const Replay training = RandomLife(agent->config(), 0);
  const Replay held_out = RandomLife(agent->config(), 1);
  for (int i = 0; i < 3; ++i) {
    Numbers seen = Named(agent->HeldOutMetrics(held_out, i));
    agent->Update(training, i);
    Numbers trained = Named(agent->Metrics());
    EXPECT_EQ(seen.count("vaml_error"), seen.count("vaml_loss"));
    EXPECT_EQ(seen.count("sampled_entropy"), seen.count("model_entropy"));
    EXPECT_EQ(trained.count("vaml_error") + trained.count("sampled_entropy"), 0)
        << "the update computes more than it needs";
    EXPECT_EQ(seen["critic_loss"], trained["encoder_critic_loss"]);
    EXPECT_NE(seen["critic_loss"], 0);
    for (const char* name :
         {"vaml_loss", "reward_loss", "auxiliary_loss", "model_entropy"}) {
      EXPECT_EQ(seen.count(name), trained.count(name)) << name;
      EXPECT_EQ(seen[name], trained[name]) << name;
    }
  }
}

TEST_P(Agents, LiveOnAsIfNobodyHadLookedAtHeldOutData) {
  const auto live = [](bool look) {
    const std::unique_ptr<Agent> agent =
        MakeAgent(WithSmallPlanner(GetParam().config));
    const Replay replay = RandomLife(agent->config());
    std::vector<Numbers> metrics;
    for (int i = 0; i < 5; ++i) {
      const std::string before = Bytes(*agent);
      if (look) agent->HeldOutMetrics(replay, i);
      EXPECT_TRUE(Bytes(*agent) == before);
      agent->Update(replay, i);
      EXPECT_FALSE(Bytes(*agent) == before);
      if (look) agent->HeldOutMetrics(replay, 1000 + i);
      metrics.push_back(Named(agent->Metrics()));
    }
    return std::pair(metrics, Bytes(*agent));
  };
  EXPECT_EQ(live(true), live(false));
}

TEST(Agent, SaysThatNothingIsHeldOut) {
  const std::unique_ptr<Agent> agent =
      MakeAgent(WithSmallPlanner(SmallConfig()));
  const auto none =
      agent->HeldOutMetrics(RandomLife(agent->config(), /*held_out=*/0), 0);
  const auto some = agent->HeldOutMetrics(RandomLife(agent->config(), 1), 0);
  ASSERT_EQ(none.size(), some.size());
  for (size_t i = 0; i < none.size(); ++i) {
    EXPECT_EQ(none[i].first, some[i].first);
    EXPECT_TRUE(std::isnan(none[i].second)) << none[i].first;
    EXPECT_TRUE(std::isfinite(some[i].second)) << some[i].first;
  }
}

// −log p̂(μ + σ ε) is the entropy and Σ_i ½ (ε_i² − 1) over d dimensions, whose
// variance is d / 2.
TEST(Agent, SampledEntropyEstimatesTheModels) {
  AgentConfig config = WithSmallPlanner(SmallConfig());
  config.loss.model_samples = 20;
  config.update.batch_size = 50;
  const std::unique_ptr<Agent> agent = MakeAgent(config);
  const Replay replay = RandomLife(config, 0.5);
  constexpr int kBatches = 20;
  double difference = 0;
  for (int i = 0; i < kBatches; ++i) {
    Numbers seen = Named(agent->HeldOutMetrics(replay, i));
    EXPECT_NE(seen["sampled_entropy"], seen["model_entropy"]);
    difference += (seen["sampled_entropy"] - seen["model_entropy"]) / kBatches;
    agent->Update(replay, i);  // draws other noise
  }
  const double samples = 20.0 * 50 * kBatches;
  EXPECT_LE(std::abs(difference), 4 * std::sqrt(6 / 2.0 / samples));
}

// VAML's loss is the error of the mean value in its own units; CVAML's is that
// less s² / k.
TEST(Agent, VamlErrorIsWhatVamlMinimises) {
  AgentConfig vaml = WithSmallPlanner(SmallConfig());
  vaml.loss.algorithm = Algorithm::kVaml;
  vaml.loss.rollout_steps = 2;
  vaml.loss.sum_steps = true;
  AgentConfig cvaml = vaml;
  cvaml.loss.algorithm = Algorithm::kCvaml;
  const Replay replay = RandomLife(vaml);
  Numbers of_vaml = Named(MakeAgent(vaml)->HeldOutMetrics(replay, 0));
  Numbers of_cvaml = Named(MakeAgent(cvaml)->HeldOutMetrics(replay, 0));
  const double units = vaml.loss.value_scale * vaml.loss.value_scale;
  EXPECT_NEAR(of_vaml["vaml_error"], of_vaml["vaml_loss"] * units,
              1e-5 * of_vaml["vaml_error"]);
  EXPECT_EQ(of_cvaml["vaml_error"], of_vaml["vaml_error"]);
  EXPECT_GT(of_cvaml["vaml_error"], 1.01 * of_cvaml["vaml_loss"] * units);
}

// ---- Updates of critics and actor alone -------------------------------------

// Those of encoder and model, with their Adam's state.
bool IsOfStepOne(const std::string& variable) {
  return absl::StartsWith(variable, "encoder") ||
         absl::StartsWith(variable, "model");
}

void CopyState(Agent& from, Agent& to, bool of_step_one) {
  for (const std::string& name : from.state().Names()) {
    if (IsOfStepOne(name) != of_step_one) continue;
    absl::c_copy(from.state().Bytes(name), to.state().Bytes(name).begin());
  }
}

// From what step 1 of an update left and what else there was before, the rest
// makes what the whole update made. With b ≥ 1 step 1 has a gradient for the
// critics, here of weight 0.
TEST_P(Agents, UpdateInStepOneAndTheRest) {
  AgentConfig config = WithSmallPlanner(GetParam().config);
  if (config.loss.bootstrap_steps > 0) config.loss.vaml_weight = 0;
  const std::unique_ptr<Agent> agent = MakeAgent(config);
  const std::unique_ptr<Agent> rest = MakeAgent(config, {.slow_model = true});
  const Replay replay = RandomLife(config);
  for (int i = 0; i < 3; ++i) {
    CopyState(*agent, *rest, /*of_step_one=*/false);
    agent->Update(replay, i);
    CopyState(*agent, *rest, /*of_step_one=*/true);
    EXPECT_FALSE(Bytes(*rest) == Bytes(*agent));
    rest->Update(replay, i, UpdateScope::kCriticsAndActor);
    EXPECT_TRUE(Bytes(*rest) == Bytes(*agent));
    const Numbers whole = Named(agent->Metrics());
    const Numbers seen = Named(rest->Metrics());
    EXPECT_EQ(seen.size(), 10);
    for (const auto& [name, value] : seen) {
      EXPECT_EQ(whole.count(name), 1) << name;
      EXPECT_EQ(value, whole.at(name)) << name;
    }
  }
  rest->Update(replay, 3);
  EXPECT_EQ(rest->Metrics().size(), agent->Metrics().size());
}

TEST(Agent, VamlTrainsTheCriticsInStepOneAlone) {
  AgentConfig config = WithSmallPlanner(SmallConfig());
  config.loss.bootstrap_steps = 1;
  const Replay replay = RandomLife(config);
  const auto norm = [&](double vaml_weight, UpdateScope scope) {
    config.loss.vaml_weight = vaml_weight;
    const auto agent = MakeAgent(config, {.slow_model = true});
    agent->Update(replay, 0, scope);
    return Named(agent->Metrics())["critics_gradient_norm"];
  };
  EXPECT_NE(norm(0, UpdateScope::kAll), norm(1, UpdateScope::kAll));
  EXPECT_EQ(norm(0, UpdateScope::kCriticsAndActor),
            norm(1, UpdateScope::kCriticsAndActor));
}

TEST(Agent, WithoutSlowModelUpdatesAll) {
  const std::unique_ptr<Agent> agent =
      MakeAgent(WithSmallPlanner(SmallConfig()));
  const Replay replay = RandomLife(agent->config());
  EXPECT_EXIT(agent->Update(replay, 0, UpdateScope::kCriticsAndActor),
              testing::ExitedWithCode(1), "without slow_model");
}

// ---- Seeds ------------------------------------------------------------------

// `size` actions one after the other.
std::vector<float> Actions(Agent& agent, Acting acting, int size) {
  std::vector<float> actions;
  for (int i = 0; i < size; ++i) {
    const absl::Span<const float> action =
        agent.Act({0.1F, -0.4F, 0.8F}, acting);
    actions.insert(actions.end(), action.begin(), action.end());
  }
  return actions;
}

TEST(Agent, LivesOnAsIfItHadNotBeenEvaluated) {
  const auto live = [](bool evaluate) {
    const std::unique_ptr<Agent> agent =
        MakeAgent(WithSmallPlanner(SmallConfig()));
    const Replay replay = RandomLife(agent->config());
    std::vector<std::vector<float>> actions;
    std::vector<Numbers> metrics;
    for (int i = 0; i < 3; ++i) {
      if (evaluate) {
        agent->SeedEvaluation(i);
        Actions(*agent, Acting::kEvaluate, i + 1);
      }
      actions.push_back(Actions(*agent, Acting::kExplore, 2));
      if (evaluate) Actions(*agent, Acting::kEvaluate, 1);
      agent->Update(replay, i);
      metrics.push_back(Named(agent->Metrics()));
    }
    EXPECT_NE(actions[0], actions[1]);
    return std::pair(actions, metrics);
  };
  EXPECT_EQ(live(true), live(false));
}

TEST(Agent, EvaluatesAsItsSeedAndTheNumberSay) {
  const auto make = [](uint64_t seed) {
    return *Agent::Create(WithSmallPlanner(SmallConfig()), seed, {});
  };
  const std::unique_ptr<Agent> agent = make(1);
  const auto evaluate = [&](int number) {
    agent->SeedEvaluation(number);
    return Actions(*agent, Acting::kEvaluate, 4);
  };
  const std::vector<float> first = Actions(*agent, Acting::kEvaluate, 4);
  EXPECT_EQ(first, Actions(*make(1), Acting::kEvaluate, 4));
  EXPECT_NE(first, Actions(*agent, Acting::kEvaluate, 4)) << "no new draws";
  EXPECT_NE(first, evaluate(1));
  EXPECT_EQ(first, evaluate(0));
  // Actions of exploration in between are none of its business.
  agent->SeedEvaluation(0);
  std::vector<float> divided = Actions(*agent, Acting::kEvaluate, 1);
  Actions(*agent, Acting::kExplore, 2);
  const std::vector<float> rest = Actions(*agent, Acting::kEvaluate, 3);
  divided.insert(divided.end(), rest.begin(), rest.end());
  EXPECT_EQ(first, divided);
}

// With one and the same parameters, streams of their own still differ.
TEST(Agent, EvaluatesWithOtherDrawsThanItExplores) {
  const std::unique_ptr<Agent> agent =
      MakeAgent(WithSmallPlanner(SmallConfig()));
  const absl::Span<const int32_t> acting =
      agent->state().Indices(agent->parts().acting_random);
  const absl::Span<const int32_t> evaluation =
      agent->state().Indices(agent->parts().evaluation_random);
  EXPECT_NE(acting.first(2), evaluation.first(2));
}

TEST(Agent, OneSeedIsOneLife) {
  const auto live = [](uint64_t seed) {
    absl::StatusOr<std::unique_ptr<Agent>> agent =
        Agent::Create(WithSmallPlanner(SmallConfig()), seed, {});
    const Replay replay = RandomLife((*agent)->config());
    for (int i = 0; i < 20; ++i) (*agent)->Update(replay, i);
    std::vector<double> numbers;
    for (const auto& [name, value] : (*agent)->Metrics()) {
      numbers.push_back(value);
    }
    for (const float x : (*agent)->Act({0.1F, -0.4F, 0.8F}, Acting::kExplore)) {
      numbers.push_back(x);
    }
    return numbers;
  };
  EXPECT_EQ(live(3), live(3));
  EXPECT_NE(live(3), live(4));
}

}  // namespace
}  // namespace rl
