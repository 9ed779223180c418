#include "envs/garnet.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace envs {

MarkovRewardProcess MakeGarnet(const GarnetConfig& config, uint64_t seed) {
  const int n = config.states;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  MarkovRewardProcess garnet{.transitions = Eigen::MatrixXd::Zero(n, n),
                             .rewards = Eigen::VectorXd(n),
                             .discount = config.discount};
  std::vector<int> states(n);
  std::iota(states.begin(), states.end(), 0);
  for (int s = 0; s < n; ++s) {
    std::shuffle(states.begin(), states.end(), random);
    Eigen::ArrayXd logits(config.successors);
    for (double& logit : logits) logit = normal(random) / config.temperature;
    const Eigen::ArrayXd weights = (logits - logits.maxCoeff()).exp();
    for (int i = 0; i < config.successors; ++i) {
      garnet.transitions(s, states[i]) = weights[i] / weights.sum();
    }
  }
  for (double& reward : garnet.rewards) reward = normal(random);
  return garnet;
}

}  // namespace envs
