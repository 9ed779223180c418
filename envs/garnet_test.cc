#include "envs/garnet.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "envs/markov_reward_process.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

MarkovRewardProcess AtTemperature(double temperature, uint64_t seed = 1) {
  return MakeGarnet({.temperature = temperature}, seed);
}

// Entropy in nats, mean over states.
double MeanEntropy(double temperature) {
  return RowEntropies(AtTemperature(temperature).transitions).mean();
}

class Temperatures : public testing::TestWithParam<double> {};

TEST_P(Temperatures, RowsAreDistributions) {
  const MarkovRewardProcess garnet = AtTemperature(GetParam());
  EXPECT_TRUE(garnet.transitions.allFinite());
  EXPECT_GE(garnet.transitions.minCoeff(), 0);
  const Eigen::ArrayXd sums = garnet.transitions.rowwise().sum();
  EXPECT_LT((sums - 1).abs().maxCoeff(), 1e-14);
}

INSTANTIATE_TEST_SUITE_P(All, Temperatures,
                         testing::Values(1e-3, 0.01, 0.1, 1, 10, 100, 1e6));

TEST(MakeGarnet, HasTheConfiguredSizes) {
  const MarkovRewardProcess garnet =
      MakeGarnet({.states = 7, .successors = 3, .discount = 0.8}, 1);
  EXPECT_EQ(garnet.transitions.rows(), 7);
  EXPECT_EQ(garnet.transitions.cols(), 7);
  EXPECT_EQ(garnet.rewards.size(), 7);
  EXPECT_EQ(garnet.discount, 0.8);
}

TEST(MakeGarnet, EveryStateHasTheWantedNumberOfDistinctSuccessors) {
  for (const int successors : {1, 10, 50}) {
    const MarkovRewardProcess garnet =
        MakeGarnet({.successors = successors}, 1);
    const auto counts = (garnet.transitions.array() > 0).rowwise().count();
    EXPECT_EQ(counts.minCoeff(), successors);
    EXPECT_EQ(counts.maxCoeff(), successors);
  }
}

TEST(MakeGarnet, TheSeedFixesEveryBit) {
  const MarkovRewardProcess a = AtTemperature(1, 5), b = AtTemperature(1, 5);
  EXPECT_EQ(a.transitions, b.transitions);
  EXPECT_EQ(a.rewards, b.rewards);
}

TEST(MakeGarnet, SeedsDifferInEverything) {
  const MarkovRewardProcess a = AtTemperature(1, 5), b = AtTemperature(1, 6);
  const Eigen::ArrayXXd support = (a.transitions.array() > 0).cast<double>();
  EXPECT_FALSE(support.isApprox((b.transitions.array() > 0).cast<double>()));
  EXPECT_GT((a.rewards - b.rewards).cwiseAbs().minCoeff(), 0);
}

// log p_i − log p_j = (w_i − w_j) / temperature.
TEST(MakeGarnet, OnlyTheTemperatureDiffersBetweenTemperatures) {
  const MarkovRewardProcess one = AtTemperature(1);
  for (const double temperature : {0.3, 3.0, 100.0}) {
    const MarkovRewardProcess other = AtTemperature(temperature);
    EXPECT_EQ(one.rewards, other.rewards);
    for (int s = 0; s < 50; ++s) {
      Eigen::Index first;
      one.transitions.row(s).maxCoeff(&first);
      for (int i = 0; i < 50; ++i) {
        const double p = one.transitions(s, i), q = other.transitions(s, i);
        ASSERT_EQ(p > 0, q > 0);
        if (p == 0) continue;
        EXPECT_NEAR(std::log(q / other.transitions(s, first)) * temperature,
                    std::log(p / one.transitions(s, first)), 1e-12);
      }
    }
  }
}

TEST(MakeGarnet, TemperatureGoesFromDeterministicToUniform) {
  EXPECT_LT(MeanEntropy(1e-6), 1e-6);
  EXPECT_NEAR(MeanEntropy(1e6), std::log(10), 1e-9);
  EXPECT_LT(MeanEntropy(0.1), MeanEntropy(1));
  EXPECT_LT(MeanEntropy(1), MeanEntropy(10));
}

// In 400 problems each of the 50 states is a successor of a given state with
// probability 1/5. Drawing without replacement lowers the variance of a count
// to N · 1/5 · 4/5, and Σ (count − N/5)² / (N · 1/5 · 4/5 · 50/49) follows χ²
// with 49 degrees of freedom: mean 49, standard deviation √98 ≈ 9.9.
TEST(MakeGarnet, DrawsSuccessorsUniformly) {
  constexpr int kSeeds = 400;
  Eigen::ArrayXXd counts = Eigen::ArrayXXd::Zero(50, 50);
  for (int seed = 0; seed < kSeeds; ++seed) {
    const MarkovRewardProcess garnet = AtTemperature(1, seed);
    counts += (garnet.transitions.array() > 0).cast<double>();
  }
  const auto chi_square = [](const Eigen::ArrayXd& count, double draws) {
    const double variance = draws * 0.2 * 0.8 * 50 / 49;
    return (count - draws / 5).square().sum() / variance;
  };
  for (const int s : {0, 1, 25, 49}) {
    const double statistic = chi_square(counts.row(s), kSeeds);
    EXPECT_GT(statistic, 49 - 3 * 9.9) << "state " << s;
    EXPECT_LT(statistic, 49 + 4 * 9.9) << "state " << s;
  }
  // All rows together: 50 times as many draws.
  const double statistic =
      chi_square(counts.colwise().sum().transpose(), 50 * kSeeds);
  EXPECT_GT(statistic, 49 - 3 * 9.9);
  EXPECT_LT(statistic, 49 + 4 * 9.9);
}

// Raw moments 0, 1, 0, 3 of N(0, 1) within 4 standard errors, where the k-th
// has variance (E z²ᵏ − (E zᵏ)²) / N: 1, 2, 15, 96.
void ExpectStandardNormal(const Eigen::ArrayXd& z) {
  const double four_errors = 4 / std::sqrt(static_cast<double>(z.size()));
  EXPECT_NEAR(z.mean(), 0, four_errors);
  EXPECT_NEAR(z.square().mean(), 1, four_errors * std::sqrt(2));
  EXPECT_NEAR(z.cube().mean(), 0, four_errors * std::sqrt(15));
  EXPECT_NEAR(z.square().square().mean(), 3, four_errors * std::sqrt(96));
}

TEST(MakeGarnet, RewardsAreStandardNormal) {
  constexpr int kSeeds = 400;
  Eigen::ArrayXd rewards(50 * kSeeds);
  for (int seed = 0; seed < kSeeds; ++seed) {
    rewards.segment(50 * seed, 50) = AtTemperature(1, seed).rewards.array();
  }
  ExpectStandardNormal(rewards);
}

// Only differences of logits show in a softmax: (w_i − w_j)/√2 for disjoint
// pairs of successors is standard normal.
TEST(MakeGarnet, LogitsAreStandardNormal) {
  constexpr int kSeeds = 100;
  std::vector<double> differences;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const Eigen::MatrixXd p = AtTemperature(2, seed).transitions;
    for (int s = 0; s < 50; ++s) {
      double unpaired = 0;
      for (int i = 0; i < 50; ++i) {
        if (p(s, i) == 0) continue;
        if (unpaired == 0) {
          unpaired = p(s, i);
          continue;
        }
        const double difference = 2 * std::log(p(s, i) / unpaired);
        differences.push_back(difference / std::sqrt(2));
        unpaired = 0;
      }
    }
  }
  ASSERT_EQ(differences.size(), 5u * 50 * kSeeds);
  ExpectStandardNormal(Eigen::Map<const Eigen::ArrayXd>(
      differences.data(), static_cast<Eigen::Index>(differences.size())));
}

}  // namespace
}  // namespace envs
