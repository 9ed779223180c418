#include "envs/markov_reward_process.h"

#include <cmath>

#include "Eigen/LU"

namespace envs {

Eigen::VectorXd MarkovRewardProcess::Values() const {
  const Eigen::Index n = rewards.size();
  const Eigen::MatrixXd bellman =
      Eigen::MatrixXd::Identity(n, n) - discount * transitions;
  return bellman.partialPivLu().solve(rewards);
}

Eigen::VectorXd RowEntropies(const Eigen::MatrixXd& kernel) {
  const auto term = [](double p) { return p > 0 ? -p * std::log(p) : 0.0; };
  return kernel.unaryExpr(term).rowwise().sum();
}

}  // namespace envs
