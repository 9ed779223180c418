#include "experiments/garnet/learner.h"

#include <cmath>
#include <random>

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

void WriteProblem(const envs::MarkovRewardProcess& problem,
                  const ValueLearningProblem& tensors,
                  Program<float>& program) {
  const Eigen::Index n = problem.rewards.size();
  Eigen::Map<RowMajorMatrix>(program.Input(tensors.transitions).data(), n, n) =
      problem.transitions.cast<float>();
  Eigen::Map<Eigen::VectorXf>(program.Input(tensors.reward).data(), n) =
      problem.rewards.cast<float>();
}

}  // namespace

Learner::Learner(const LearnerConfig& config,
                 const envs::MarkovRewardProcess& problem, uint64_t seed)
    : problem_(problem),
      true_values_(problem.Values()),
      parameters_(graph_, "parameters") {
  const int64_t n = problem.rewards.size();
  tensors_.transitions = graph_.Input("transitions", {n, n});
  tensors_.reward = graph_.Input("reward", {n});
  a_ = parameters_.Add("A", {n, config.rank});
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
  evaluation_.emplace(
      graph_,
      autodiff::Tensors{expected_loss_, tensors_.model, tensors_.value,
                        tensors_.reward, tensors_.transitions},
      &*state_);
  WriteProblem(problem_, tensors_, *update_);
  WriteProblem(problem_, tensors_, *evaluation_);
}

absl::Span<float> Learner::ElementsOf(const Tensor& parameter) {
  return state_->Reals(parameters_.flat())
      .subspan(parameter.node().attributes.Int("offset"),
               parameter.shape().elements());
}

Metrics Learner::Evaluate() {
  evaluation_->Run();
  const Eigen::Index n = problem_.rewards.size();
  const Eigen::MatrixXd model =
      Eigen::Map<const RowMajorMatrix>(
          evaluation_->Output(tensors_.model).data(), n, n)
          .cast<double>();
  const Eigen::VectorXd value =
      Eigen::Map<const Eigen::VectorXf>(
          evaluation_->Output(tensors_.value).data(), n)
          .cast<double>();
  const Eigen::VectorXd model_based =
      problem_.rewards + problem_.discount * (model * value);
  return {.value_error = RelativeError(value, true_values_),
          .model_based_error = RelativeError(model_based, true_values_),
          .loss = evaluation_->Output(expected_loss_)[0],
          .entropy = envs::RowEntropies(model).mean()};
}

}  // namespace experiments
