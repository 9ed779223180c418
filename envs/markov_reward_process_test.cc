#include "envs/markov_reward_process.h"

#include <cmath>
#include <cstdint>

#include "envs/garnet.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

double LargestDifference(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  return (a - b).cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
}

TEST(Values, OfTwoStatesInClosedForm) {
  // 0 → 1 → 1: V_1 = r_1 / (1 − γ), V_0 = r_0 + γ V_1.
  const MarkovRewardProcess process{
      .transitions = Eigen::MatrixXd{{0, 1}, {0, 1}},
      .rewards = Eigen::VectorXd{{3, 2}},
      .discount = 0.75};
  EXPECT_LT(LargestDifference(process.Values(), Eigen::VectorXd{{9, 8}}),
            1e-14);
}

TEST(Values, AreTheRewardsWithoutDiscount) {
  MarkovRewardProcess process = MakeGarnet({}, 1);
  process.discount = 0;
  EXPECT_EQ(process.Values(), process.rewards);
}

class RandomProcess : public testing::TestWithParam<uint64_t> {
 protected:
  MarkovRewardProcess process_ =
      MakeGarnet({.states = 30, .discount = 0.9}, GetParam());
};

TEST_P(RandomProcess, ValuesSolveTheBellmanEquation) {
  const Eigen::VectorXd values = process_.Values();
  const Eigen::VectorXd backup =
      process_.rewards + process_.discount * process_.transitions * values;
  EXPECT_LT(LargestDifference(values, backup), 1e-12);
}

// The error of V_0 = 0 shrinks by γ in each sweep: 0.9^400 ≈ 5e-19.
TEST_P(RandomProcess, ValuesAreTheLimitOfValueIteration) {
  Eigen::VectorXd values = Eigen::VectorXd::Zero(process_.rewards.size());
  for (int sweep = 0; sweep < 400; ++sweep) {
    values =
        (process_.rewards + process_.discount * process_.transitions * values)
            .eval();
  }
  EXPECT_LT(LargestDifference(process_.Values(), values), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomProcess, testing::Range<uint64_t>(0, 5));

TEST(RowEntropies, InClosedForm) {
  const Eigen::MatrixXd kernel{{0.25, 0.25, 0.25, 0.25},
                               {0, 1, 0, 0},
                               {0.5, 0, 0, 0.5},
                               {0.9, 0.1, 0, 0}};
  const Eigen::VectorXd expected{{std::log(4), 0, std::log(2),
                                  -0.9 * std::log(0.9) - 0.1 * std::log(0.1)}};
  EXPECT_LT(LargestDifference(RowEntropies(kernel), expected), 1e-15);
}

}  // namespace
}  // namespace envs
