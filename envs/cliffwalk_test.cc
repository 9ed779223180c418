#include "envs/cliffwalk.h"

#include <array>
#include <cmath>
#include <queue>
#include <random>
#include <vector>

#include "Eigen/Core"
#include "envs/markov_decision_process.h"
#include "gtest/gtest.h"

namespace envs {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// The grid as a picture: S start, G goal, x cliff.
constexpr std::array<const char*, 5> kMap = {".....",  //
                                             ".....",  //
                                             ".....",  //
                                             ".....",  //
                                             "SxxxG"};

// A walk over the picture, in columns x and rows y.
struct Walker {
  int x = 0, y = 4;
  char Here() const { return kMap[y][x]; }
  int State() const { return Here() == 'G' ? 21 : y * 5 + x; }

  // Moves in direction 0 … 3, clockwise from up; returns the reward.
  double Go(int direction) {
    if (Here() == 'G') return 0;
    const int dx = direction == 1 ? 1 : direction == 3 ? -1 : 0;
    const int dy = direction == 0 ? -1 : direction == 2 ? 1 : 0;
    if (x + dx >= 0 && x + dx < 5) x += dx;
    if (y + dy >= 0 && y + dy < 5) y += dy;
    if (Here() != 'x') return -1;
    x = 0;
    y = 4;
    return -100;
  }
};

std::vector<Walker> AllPlaces() {
  std::vector<Walker> places;
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 5; ++x) {
      const Walker walker{x, y};
      if (walker.Here() != 'x') places.push_back(walker);
    }
  }
  return places;
}

class Temperatures : public testing::TestWithParam<double> {
 protected:
  MarkovDecisionProcess Problem() const {
    return MakeCliffwalk({.temperature = GetParam()});
  }
  // Of the intended direction: softmax of (1/temperature, 0, 0, 0).
  double Intended() const { return 1 / (1 + 3 * std::exp(-1 / GetParam())); }
};

TEST_P(Temperatures, RowsAreDistributions) {
  const MatrixXd p = Problem().transitions;
  EXPECT_EQ(p.rows(), 88);
  EXPECT_EQ(p.cols(), 22);
  EXPECT_GE(p.minCoeff(), 0);
  EXPECT_LT((p.rowwise().sum().array() - 1).abs().maxCoeff(), 1e-15);
}

TEST_P(Temperatures, EveryRowIsThatOfTheWalk) {
  const MarkovDecisionProcess problem = Problem();
  for (const Walker& place : AllPlaces()) {
    for (int action = 0; action < 4; ++action) {
      VectorXd next = VectorXd::Zero(22);
      double reward = 0;
      for (int direction = 0; direction < 4; ++direction) {
        const double p =
            direction == action ? Intended() : (1 - Intended()) / 3;
        Walker walker = place;
        reward += p * walker.Go(direction);
        next[walker.State()] += p;
      }
      const int row = place.State() * 4 + action;
      EXPECT_NEAR(problem.rewards[row], reward, 1e-12);
      EXPECT_LT((problem.transitions.row(row).transpose() - next)
                    .cwiseAbs()
                    .maxCoeff(),
                1e-12);
    }
  }
}

// V* = max_a Q*(s, a) holds for no other V.
TEST_P(Temperatures, OptimalValueSolvesBellmansEquation) {
  const MarkovDecisionProcess problem = Problem();
  const VectorXd values = problem.Under(problem.OptimalPolicy()).Values();
  const VectorXd backed_up = problem.ActionValues(values).rowwise().maxCoeff();
  EXPECT_LT((backed_up - values).cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_NEAR(values[kCliffwalkGoal], 0, 1e-12);
}

// The mean return of walks from the start lies in its interval of ±4 standard
// errors, which is narrow.
TEST_P(Temperatures, ValuesAreMeanReturnsOfWalks) {
  const MarkovDecisionProcess problem = Problem();
  for (const MatrixXd& policy :
       {UniformPolicy(22, 4), problem.OptimalPolicy()}) {
    constexpr int kWalks = 20000;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform;
    double sum = 0, square_sum = 0;
    for (int walk = 0; walk < kWalks; ++walk) {
      Walker walker;
      double total = 0, weight = 1;
      for (int step = 0; step < 250 && walker.Here() != 'G'; ++step) {
        int action = 0;
        for (double u = uniform(random); action < 3; ++action) {
          u -= policy(walker.State(), action);
          if (u < 0) break;
        }
        // With what is left over of the intended probability any of the four.
        const double slip = 4 * (1 - Intended()) / 3;
        const int direction = uniform(random) < slip
                                  ? static_cast<int>(4 * uniform(random))
                                  : action;
        total += weight * walker.Go(direction);
        weight *= 0.9;
      }
      sum += total;
      square_sum += total * total;
    }
    const double mean = sum / kWalks;
    const double error =
        std::sqrt((square_sum / kWalks - mean * mean) / kWalks);
    const double value = problem.Under(policy).Values()[kCliffwalkStart];
    EXPECT_NEAR(mean, value, 4 * error + 1e-8);
    EXPECT_LT(error, 0.02 * std::abs(value));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Temperatures, testing::Values(0.01, 0.3, 1, 10));

// Towards temperature 0 the best is a shortest path that avoids the cliff: d
// steps that cost 1, together −(1 − γ^d) / (1 − γ).
TEST(MakeCliffwalk, WithoutChanceTheBestIsAShortestPath) {
  const MarkovDecisionProcess problem = MakeCliffwalk({.temperature = 1e-3});
  const VectorXd values = problem.Under(problem.OptimalPolicy()).Values();
  for (const Walker& place : AllPlaces()) {
    std::array<int, 22> distance;
    distance.fill(-1);
    distance[place.State()] = 0;
    std::queue<Walker> open({place});
    while (!open.empty()) {
      const Walker from = open.front();
      open.pop();
      for (int direction = 0; direction < 4; ++direction) {
        Walker to = from;
        if (to.Go(direction) < -1 || distance[to.State()] >= 0) continue;
        distance[to.State()] = distance[from.State()] + 1;
        open.push(to);
      }
    }
    const double expected = -(1 - std::pow(0.9, distance[21])) / 0.1;
    EXPECT_NEAR(values[place.State()], expected, 1e-12) << place.State();
  }
}

TEST(MakeCliffwalk, TheHotterTheWorse) {
  double last = 0;
  for (const double temperature : {0.1, 0.3, 1.0, 3.0, 10.0}) {
    const MarkovDecisionProcess problem =
        MakeCliffwalk({.temperature = temperature});
    const double value =
        problem.Under(problem.OptimalPolicy()).Values()[kCliffwalkStart];
    EXPECT_LT(value, last);
    last = value;
  }
}

TEST(CliffwalkCell, IsThePlaceOfTheState) {
  int state = 0;
  for (const Walker& place : AllPlaces()) {
    EXPECT_EQ(CliffwalkCell(state), (Cell{place.y, place.x}));
    EXPECT_EQ(state == kCliffwalkStart, place.Here() == 'S');
    EXPECT_EQ(state == kCliffwalkGoal, place.Here() == 'G');
    ++state;
  }
  EXPECT_EQ(state, kCliffwalkStates);
}

}  // namespace
}  // namespace envs
