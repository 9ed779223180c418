#include "envs/markov_decision_process.h"

namespace envs {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MarkovRewardProcess MarkovDecisionProcess::Under(const MatrixXd& policy) const {
  const Index n = states();
  MarkovRewardProcess process{.transitions = MatrixXd(n, n),
                              .rewards = VectorXd(n),
                              .discount = discount};
  for (Index s = 0; s < n; ++s) {
    process.transitions.row(s) =
        policy.row(s) * transitions.middleRows(s * actions, actions);
    process.rewards[s] =
        policy.row(s).dot(rewards.segment(s * actions, actions));
  }
  return process;
}

MatrixXd MarkovDecisionProcess::ActionValues(const VectorXd& values) const {
  const VectorXd rows = rewards + discount * (transitions * values);
  return Eigen::Map<const MatrixXd>(rows.data(), actions, states()).transpose();
}

MatrixXd MarkovDecisionProcess::OptimalPolicy() const {
  MatrixXd policy = UniformPolicy(states(), actions);
  VectorXd values = Under(policy).Values();
  while (true) {
    const MatrixXd better = GreedyPolicy(ActionValues(values));
    const VectorXd better_values = Under(better).Values();
    // Improvements are never negative; below rounding there are none.
    const double rounding = 1e-12 * better_values.cwiseAbs().maxCoeff();
    const double improvement = (better_values - values).maxCoeff();
    policy = better;
    values = better_values;
    if (improvement <= rounding) return policy;
  }
}

MatrixXd UniformPolicy(Index states, int actions) {
  return MatrixXd::Constant(states, actions, 1.0 / actions);
}

MatrixXd GreedyPolicy(const MatrixXd& action_values) {
  MatrixXd policy = MatrixXd::Zero(action_values.rows(), action_values.cols());
  for (Index s = 0; s < policy.rows(); ++s) {
    Index best = 0;
    for (Index a = 1; a < policy.cols(); ++a) {
      if (action_values(s, a) > action_values(s, best)) best = a;
    }
    policy(s, best) = 1;
  }
  return policy;
}

}  // namespace envs
