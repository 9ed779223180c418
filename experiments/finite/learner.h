// A low-rank model and a tabular value, trained together on a finite problem.
#ifndef EXPERIMENTS_FINITE_LEARNER_H_
#define EXPERIMENTS_FINITE_LEARNER_H_

#include <cstdint>
#include <optional>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "autodiff/optimizer.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "envs/markov_decision_process.h"
#include "envs/markov_reward_process.h"
#include "experiments/finite/objective.h"

namespace experiments {

enum class Estimator { kExact, kSampled };

struct LearnerConfig {
  ObjectiveConfig objective;
  int rank = 10;  // of the model's logits A B
  Estimator estimator = Estimator::kExact;
  double variance_weight = 1;   // exact: 1/k of the loss that is expected
  int64_t model_samples = 4;    // sampled: k
  double initial_scale = 0.01;  // standard deviation of A's and B's entries
  double target_rate = 0.02;
  autodiff::AdamConfig adam = {.learning_rate = 0.01};
  bool stop_at_nan = false;  // of the update program
};

// Errors are relative to the spread of the policy's true value V*, std(V*) with
// 1/n.
struct Metrics {
  double value_error;        // RMSE(V, V*) / std(V*)
  double model_based_error;  // the same of E_π[r + γ p̂ V]
  double loss;               // the expected objective, whatever the estimator
  double entropy;            // of p̂ in nats, mean over rows
};

// Owns graph, state and programs. One step of training is one Run of the
// update program: losses, gradients, Adam over A, B and V, and
// V̄ ← (1 − rate) V̄ + rate V.
class Learner {
 public:
  // The seed draws A and B and the samples; V and V̄ start at zero.
  Learner(const LearnerConfig& config, const envs::MarkovRewardProcess& problem,
          uint64_t seed);

  // With actions: a row of the model for each state and action, s·A + a, and a
  // policy [n, A] to begin with. Needs Estimator::kExact.
  Learner(const LearnerConfig& config,
          const envs::MarkovDecisionProcess& problem,
          const Eigen::MatrixXd& policy, uint64_t seed);

  // From now on learns the values of another policy. Parameters, target and
  // Adam's moments stay.
  void SetPolicy(const Eigen::MatrixXd& policy);

  void Step() { update_->Run(); }
  Metrics Evaluate();

  // What was learnt until the last Evaluate: V, and r + γ p̂ V [n, A].
  Eigen::VectorXd Values() const;
  Eigen::MatrixXd ActionValues() const;

  // What a Step runs.
  autodiff::Program<float>& update() { return *update_; }

  // A [rows, rank] and B [rank, n] of the model softmax(A B), row-major.
  absl::Span<const float> a() { return ElementsOf(a_); }
  absl::Span<const float> b() { return ElementsOf(b_); }

 private:
  enum class Rows { kStates, kStatesAndActions };
  Learner(const LearnerConfig& config, envs::MarkovDecisionProcess problem,
          Rows rows, uint64_t seed);
  absl::Span<float> ElementsOf(const autodiff::Tensor& parameter);
  Eigen::MatrixXd Model() const;  // p̂

  envs::MarkovDecisionProcess problem_;  // with one action if rows are states
  Eigen::MatrixXd policy_;
  Eigen::VectorXd true_values_;
  autodiff::Graph graph_;
  autodiff::ParameterGroup parameters_;
  autodiff::Tensor a_, b_, random_state_;
  ValueLearningProblem tensors_;
  autodiff::Tensor expected_loss_;
  std::optional<autodiff::State<float>> state_;
  std::optional<autodiff::Program<float>> update_, evaluation_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_FINITE_LEARNER_H_
