// A finite Markov decision process: n states, A actions in each. A row of its
// kernel is a pair of state and action, row s·A + a; a policy is a matrix
// [n, A] of probabilities.
#ifndef ENVS_MARKOV_DECISION_PROCESS_H_
#define ENVS_MARKOV_DECISION_PROCESS_H_

#include "Eigen/Core"
#include "envs/markov_reward_process.h"

namespace envs {

struct MarkovDecisionProcess {
  int actions;
  Eigen::MatrixXd transitions;  // [n·A, n]: distributions of the next state
  Eigen::VectorXd rewards;      // [n·A]: expected, of action a in state s
  double discount;              // γ in [0, 1)

  Eigen::Index states() const { return transitions.cols(); }

  // The process that a policy makes of it.
  MarkovRewardProcess Under(const Eigen::MatrixXd& policy) const;

  // Q(s, a) = r(s, a) + γ Σ_s' P(s' | s, a) V(s'): [n, A].
  Eigen::MatrixXd ActionValues(const Eigen::VectorXd& values) const;

  // A policy that is greedy for its own value, by policy iteration.
  Eigen::MatrixXd OptimalPolicy() const;
};

// Every action with the same probability.
Eigen::MatrixXd UniformPolicy(Eigen::Index states, int actions);

// Probability 1 for the action of largest value in each row of Q [n, A]; of
// equal ones for the one of lowest index.
Eigen::MatrixXd GreedyPolicy(const Eigen::MatrixXd& action_values);

}  // namespace envs

#endif  // ENVS_MARKOV_DECISION_PROCESS_H_
