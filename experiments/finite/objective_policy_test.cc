// The losses of problems with actions.
#include <vector>

#include "Eigen/Core"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "experiments/finite/objective.h"
#include "experiments/finite/small_objective.h"
#include "gtest/gtest.h"
#include "losses/small_problem.h"
#include "losses/test_tensors.h"

namespace experiments {
namespace {

using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;
using Eigen::ArrayXd;
using Eigen::MatrixXd;

constexpr int kStates = 4;
constexpr int kActions = 2;
constexpr int kRows = kStates * kActions;
constexpr double kWeight = 0.3;  // of the variance

// Of random numbers; the model's logits and V are given.
ValueLearningProblem WithActions(const Tensor& logits, const Tensor& value) {
  Graph& graph = logits.graph();
  using losses::DrawConstant;
  return {
      .transitions = Softmax(DrawConstant(graph, {kRows, kStates}, 1)),
      .reward = DrawConstant(graph, {kRows}, 2),
      .policy = Softmax(DrawConstant(graph, {kStates, kActions}, 3)),
      .model = Softmax(logits),
      .log_model = LogSoftmax(logits),
      .value = value,
      .target_value = DrawConstant(graph, {kStates}, 4),
  };
}

MatrixXd MatrixOf(const Tensor& tensor) {
  const std::vector<double> elements = losses::Evaluate(tensor);
  return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(
      elements.data(), tensor.shape()[0], tensor.shape()[1]);
}

ArrayXd VectorOf(const Tensor& tensor) {
  const std::vector<double> elements = losses::Evaluate(tensor);
  return Eigen::Map<const ArrayXd>(elements.data(), tensor.shape()[0]);
}

// K f, row by row.
ArrayXd Expect(const MatrixXd& kernel, const ArrayXd& f) {
  return (kernel * f.matrix()).array();
}

// Σ_a π(a | s) f(s, a).
ArrayXd UnderPolicy(const MatrixXd& policy, const ArrayXd& f) {
  ArrayXd average = ArrayXd::Zero(kStates);
  for (int row = 0; row < kRows; ++row) {
    average[row / kActions] += policy(row / kActions, row % kActions) * f[row];
  }
  return average;
}

double ByHand(const ObjectiveConfig& config,
              const ValueLearningProblem& problem) {
  const MatrixXd p = MatrixOf(problem.transitions), q = MatrixOf(problem.model);
  const MatrixXd policy = MatrixOf(*problem.policy);
  const ArrayXd r = VectorOf(problem.reward), v = VectorOf(problem.value);
  const ArrayXd w = VectorOf(problem.target_value);
  const double gamma = config.discount;
  const bool muzero = config.algorithm == Algorithm::kVaml11 ||
                      config.algorithm == Algorithm::kCvaml11;
  double loss = 0;
  if (config.algorithm == Algorithm::kMle) {
    loss = (p.array() * (p.array() / q.array()).log()).sum() / kRows;
  } else {
    // Moments of the target from state x_1 on, then from each row on.
    ArrayXd y = w, y2 = w.square();
    if (muzero) {
      const ArrayXd next = Expect(p, w), next2 = Expect(p, w.square());
      y = UnderPolicy(policy, r + gamma * next);
      y2 = UnderPolicy(
          policy, r.square() + 2 * gamma * r * next + gamma * gamma * next2);
    }
    y = Expect(p, y);
    y2 = Expect(p, y2);
    const ArrayXd f = muzero ? v : w;
    const ArrayXd mean = Expect(q, f);
    const ArrayXd variance = Expect(q, f.square()) - mean.square();
    const double weight = IsCalibrated(config.algorithm) ? 0 : kWeight;
    loss = ((mean - y).square() + weight * variance + y2 - y.square()).mean();
  }
  if (muzero && config.start_value == StartValue::kNone) return loss;
  const bool real = muzero && config.start_value == StartValue::kEnvironment;
  const ArrayXd target =
      UnderPolicy(policy, r + gamma * Expect(real ? p : q, w));
  return loss + (v - target).square().mean();
}

class Objectives : public testing::TestWithParam<ObjectiveConfig> {};

TEST_P(Objectives, EqualTheirFormulas) {
  Graph graph;
  const ValueLearningProblem problem =
      WithActions(losses::DrawConstant(graph, {kRows, kStates}, 8),
                  losses::DrawConstant(graph, {kStates}, 9));
  const Tensor loss = ExactObjective(GetParam(), problem, kWeight);
  EXPECT_NEAR(losses::Evaluate(loss)[0], ByHand(GetParam(), problem), 1e-13);
}

TEST_P(Objectives, GradientEqualsFiniteDifferences) {
  for (const double weight : {0.0, kWeight, 1.0}) {
    const auto record = [&](const Tensors& x) {
      return ExactObjective(GetParam(), WithActions(x[0], x[1]), weight);
    };
    const autodiff::GradientReport report = autodiff::CheckGradients(
        record, {losses::DrawValues({kRows, kStates}, 8),
                 losses::DrawValues({kStates}, 9)});
    EXPECT_LT(report.worst_error, 1e-9) << weight << report.worst_element;
  }
}

// Bit for bit, gradients included.
TEST_P(Objectives, OneActionIsAsGoodAsNone) {
  Graph graph;
  const losses::SmallProblem small(graph);
  ValueLearningProblem problem = WithModel(small, small.logits, small.value);
  const auto elements = [&] {
    const Tensor loss = ExactObjective(GetParam(), problem, kWeight);
    std::vector<double> all = losses::Evaluate(loss);
    for (const Tensor& part : Gradients(loss, {small.logits, small.value})) {
      for (const double x : losses::Evaluate(part)) all.push_back(x);
    }
    return all;
  };
  const std::vector<double> without = elements();
  problem.policy = graph.Constant({1, 1, 1, 1}, {kStates, 1});
  EXPECT_EQ(elements(), without);
}

INSTANTIATE_TEST_SUITE_P(All, Objectives, testing::ValuesIn(AllObjectives()),
                         [](const auto& test) { return NameOf(test.param); });

}  // namespace
}  // namespace experiments
