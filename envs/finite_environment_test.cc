#include "envs/finite_environment.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "envs/environment.h"
#include "envs/garnet.h"
#include "envs/markov_reward_process.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

constexpr int kStates = 5;
constexpr int kSteps = 200000;

MarkovRewardProcess Process() {
  return MakeGarnet({.states = kStates, .successors = 3}, 4);
}

TEST(FiniteEnvironment, HasAWholeNumberToSeeAndNothingToDo) {
  const FiniteEnvironment environment("five", Process(), 10);
  const EnvironmentSpec& spec = environment.spec();
  EXPECT_EQ(spec.name, "five");
  ASSERT_EQ(spec.observation.size(), 1u);
  EXPECT_TRUE(spec.observation[0].whole);
  EXPECT_EQ(spec.observation[0].minimum, 0);
  EXPECT_EQ(spec.observation[0].maximum, kStates - 1);
  EXPECT_EQ(spec.action_size(), 0);
  EXPECT_EQ(spec.step_limit, 10);
}

// 0 → 1 → 2 → 2 with certainty; zeros in front, between and behind.
TEST(FiniteEnvironment, EarnsTheRewardOfTheStateItLeaves) {
  const MarkovRewardProcess chain{
      .transitions = Eigen::MatrixXd{{0, 1, 0}, {0, 0, 1}, {0, 0, 1}},
      .rewards = Eigen::VectorXd{{3, 5, 7}},
      .discount = 0.9};
  FiniteEnvironment environment("chain", chain, 3);
  bool from_zero = false;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    double state = environment.Reset(seed).observation[0];
    from_zero |= state == 0;
    for (int t = 1; t <= 3; ++t) {
      const absl::StatusOr<TimeStep> step = environment.Step({});
      ASSERT_TRUE(step.ok());
      EXPECT_EQ(step->reward, 3 + 2 * state);
      state = std::fmin(state + 1, 2);
      EXPECT_EQ(step->observation[0], state);
      EXPECT_FALSE(step->terminated);
      EXPECT_EQ(step->truncated, t == 3);
    }
  }
  EXPECT_TRUE(from_zero);
}

TEST(FiniteEnvironment, StartsUniformly) {
  FiniteEnvironment environment("five", Process(), 10);
  constexpr int kEpisodes = 20000;
  std::vector<int> counts(kStates);
  for (int i = 0; i < kEpisodes; ++i) {
    ++counts[static_cast<int>(environment.Reset().observation[0])];
  }
  // Four standard deviations of a binomial count.
  const double p = 1. / kStates;
  for (const int count : counts) {
    EXPECT_NEAR(count, p * kEpisodes, 4 * std::sqrt(kEpisodes * p * (1 - p)));
  }
}

TEST(FiniteEnvironment, MovesByItsTransitions) {
  const MarkovRewardProcess process = Process();
  FiniteEnvironment environment("five", process, kSteps);
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(kStates, kStates);
  auto state = static_cast<Eigen::Index>(environment.Reset(2).observation[0]);
  for (int i = 0; i < kSteps; ++i) {
    const absl::StatusOr<TimeStep> step = environment.Step({});
    const auto next = static_cast<Eigen::Index>(step->observation[0]);
    ++counts(state, next);
    state = next;
  }
  for (int s = 0; s < kStates; ++s) {
    const double visits = counts.row(s).sum();
    EXPECT_GT(visits, kSteps / 100) << s;
    for (int next = 0; next < kStates; ++next) {
      const double p = process.transitions(s, next);
      EXPECT_NEAR(counts(s, next), p * visits,
                  4 * std::sqrt(visits * p * (1 - p)))
          << s << " to " << next;
    }
  }
}

}  // namespace
}  // namespace envs
