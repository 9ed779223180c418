#include "experiments/finite/learner.h"

#include <cmath>
#include <random>
#include <utility>

#include "autodiff/ops.h"
#include "autodiff/random.h"

namespace experiments {
namespace {

using autodiff::Program;
using autodiff::Tensor;
using RowMajorMatrix =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// RMSE(estimate, truth) / std(truth), both with 1/n.
double RelativeError(const Eigen::VectorXd& estimate,
                     const Eigen::VectorXd& truth) {
  const double spread =
      std::sqrt((truth.array() - truth.mean()).square().mean());
  return std::sqrt((estimate - truth).array().square().mean()) / spread;
}

envs::MarkovDecisionProcess WithOneAction(
    const envs::MarkovRewardProcess& problem) {
  return {.actions = 1,
          .transitions = problem.transitions,
          .rewards = problem.rewards,
          .discount = problem.discount};
}

void WriteMatrix(const Eigen::MatrixXd& matrix, absl::Span<float> elements) {
  Eigen::Map<RowMajorMatrix>(elements.data(), matrix.rows(), matrix.cols()) =
      matrix.cast<float>();
}

void WriteProblem(const envs::MarkovDecisionProcess& problem,
                  const ValueLearningProblem& tensors,
                  Program<float>& program) {
  WriteMatrix(problem.transitions, program.Input(tensors.transitions));
  WriteMatrix(problem.rewards, program.Input(tensors.reward));
}

}  // namespace

Learner::Learner(const LearnerConfig& config,
                 const envs::MarkovRewardProcess& problem, uint64_t seed)
    : Learner(config, WithOneAction(problem), Rows::kStates, seed) {
  policy_ = envs::UniformPolicy(problem_.states(), 1);
  true_values_ = problem.Values();
}

Learner::Learner(const LearnerConfig& config,
                 const envs::MarkovDecisionProcess& problem,
                 const Eigen::MatrixXd& policy, uint64_t seed)
    : Learner(config, problem, Rows::kStatesAndActions, seed) {
  SetPolicy(policy);
}

Learner::Learner(const LearnerConfig& config,
                 envs::MarkovDecisionProcess problem, Rows rows, uint64_t seed)
    : problem_(std::move(problem)), parameters_(graph_, "parameters") {
  const int64_t n = problem_.states();
  const int64_t m = n * problem_.actions;
  tensors_.transitions = graph_.Input("transitions", {m, n});
  tensors_.reward = graph_.Input("reward", {m});
  if (rows == Rows::kStatesAndActions) {
    tensors_.policy = graph_.Input("policy", {n, problem_.actions});
  }
  a_ = parameters_.Add("A", {m, config.rank});
  b_ = parameters_.Add("B", {config.rank, n});
  tensors_.value = parameters_.Add("V", {n});
  tensors_.target_value = graph_.Variable("target V", {n});
  const Tensor logits = MatMul(a_, b_).Named("logits");
  tensors_.model = Softmax(logits).Named("model");
  tensors_.log_model = LogSoftmax(logits);

  const bool exact = config.estimator == Estimator::kExact;
  expected_loss_ =
      ExactObjective(config.objective, tensors_,
                     exact ? config.variance_weight
                           : 1 / static_cast<double>(config.model_samples));
  random_state_ = autodiff::RandomState(graph_, "random");
  const Tensor loss =
      exact ? expected_loss_
            : SampledObjective(config.objective, tensors_, random_state_,
                               config.model_samples);
  const Tensor updated =
      Adam(parameters_, parameters_.Gradient(loss), config.adam);
  const Tensor new_target = AverageTarget(
      tensors_.target_value, parameters_.In(updated, tensors_.value),
      config.target_rate);
  autodiff::Tensors outputs = {updated, new_target};
  if (!exact) {
    outputs.push_back(
        graph_.Assign(random_state_, AdvanceRandom(random_state_)));
  }

  state_.emplace(graph_);
  std::seed_seq seeds{seed & 0xffffffff, seed >> 32, uint64_t{1}};
  std::mt19937_64 random(seeds);
  std::normal_distribution<double> normal(0, config.initial_scale);
  for (const Tensor& matrix : {a_, b_}) {
    for (float& element : ElementsOf(matrix)) {
      element = static_cast<float>(normal(random));
    }
  }
  autodiff::SeedRandomState(state_->Indices(random_state_), random());

  update_.emplace(graph_, outputs, &*state_,
                  autodiff::ProgramOptions{.stop_at_nan = config.stop_at_nan});
  autodiff::Tensors measured = {expected_loss_, tensors_.model, tensors_.value,
                                tensors_.reward, tensors_.transitions};
  if (tensors_.policy.has_value()) measured.push_back(*tensors_.policy);
  evaluation_.emplace(graph_, measured, &*state_);
  WriteProblem(problem_, tensors_, *update_);
  WriteProblem(problem_, tensors_, *evaluation_);
}

void Learner::SetPolicy(const Eigen::MatrixXd& policy) {
  policy_ = policy;
  true_values_ = problem_.Under(policy).Values();
  WriteMatrix(policy, update_->Input(*tensors_.policy));
  WriteMatrix(policy, evaluation_->Input(*tensors_.policy));
}

absl::Span<float> Learner::ElementsOf(const Tensor& parameter) {
  return state_->Reals(parameters_.flat())
      .subspan(parameter.node().attributes.Int("offset"),
               parameter.shape().elements());
}

Eigen::MatrixXd Learner::Model() const {
  return Eigen::Map<const RowMajorMatrix>(
             evaluation_->Output(tensors_.model).data(),
             problem_.transitions.rows(), problem_.transitions.cols())
      .cast<double>();
}

Eigen::VectorXd Learner::Values() const {
  return Eigen::Map<const Eigen::VectorXf>(
             evaluation_->Output(tensors_.value).data(), problem_.states())
      .cast<double>();
}

Eigen::MatrixXd Learner::ActionValues() const {
  envs::MarkovDecisionProcess imagined = problem_;
  imagined.transitions = Model();
  return imagined.ActionValues(Values());
}

Metrics Learner::Evaluate() {
  evaluation_->Run();
  const Eigen::VectorXd model_based =
      policy_.cwiseProduct(ActionValues()).rowwise().sum();
  return {.value_error = RelativeError(Values(), true_values_),
          .model_based_error = RelativeError(model_based, true_values_),
          .loss = evaluation_->Output(expected_loss_)[0],
          .entropy = envs::RowEntropies(Model()).mean()};
}

}  // namespace experiments
