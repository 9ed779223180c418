// A finite Markov decision process with its policy already applied.
#ifndef ENVS_MARKOV_REWARD_PROCESS_H_
#define ENVS_MARKOV_REWARD_PROCESS_H_

#include "Eigen/Core"

namespace envs {

struct MarkovRewardProcess {
  Eigen::MatrixXd transitions;  // row s: distribution of the next state
  Eigen::VectorXd rewards;      // of being in state s
  double discount;              // γ in [0, 1)

  // V = (I − γ P)⁻¹ r, the fixed point of the Bellman operator.
  Eigen::VectorXd Values() const;
};

// Entropy in nats of each row of a stochastic matrix, 0 log 0 = 0.
Eigen::VectorXd RowEntropies(const Eigen::MatrixXd& kernel);

}  // namespace envs

#endif  // ENVS_MARKOV_REWARD_PROCESS_H_
