#include "experiments/finite/objective.h"

#include <cmath>
#include <vector>

#include "Eigen/Core"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
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

constexpr double kWeight = 0.3;  // of the variance
constexpr double kRounding = 1e-13;

ArrayXd VectorOf(const Tensor& tensor) {
  const std::vector<double> elements = losses::Evaluate(tensor);
  return Eigen::Map<const ArrayXd>(elements.data(), tensor.shape()[0]);
}

MatrixXd MatrixOf(const Tensor& tensor) {
  const std::vector<double> elements = losses::Evaluate(tensor);
  return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(
      elements.data(), tensor.shape()[0], tensor.shape()[1]);
}

// NaN if any element is.
template <typename Array>
double Largest(const Array& array) {
  return array.abs().template maxCoeff<Eigen::PropagateNaN>();
}

// K f, K's rows being distributions.
ArrayXd Expect(const MatrixXd& kernel, const ArrayXd& f) {
  return (kernel * f.matrix()).array();
}

// The objective and its gradients by hand.
struct ByHand {
  double loss;
  MatrixXd to_logits;
  ArrayXd to_value;
};

ByHand ComputeByHand(const ObjectiveConfig& config,
                     const losses::SmallProblem& problem) {
  const MatrixXd p = MatrixOf(problem.transitions);  // real
  const MatrixXd q = MatrixOf(problem.model);
  const ArrayXd r = VectorOf(problem.reward);
  const ArrayXd v = VectorOf(problem.value);
  const ArrayXd w = VectorOf(problem.target_value);  // V̄
  const auto n = static_cast<double>(r.size());
  const double gamma = config.discount;
  const Algorithm algorithm = config.algorithm;
  const bool muzero =
      algorithm == Algorithm::kVaml11 || algorithm == Algorithm::kCvaml11;

  ArrayXd loss = ArrayXd::Zero(r.size());
  ArrayXd to_value = ArrayXd::Zero(r.size());
  MatrixXd to_model = MatrixXd::Zero(q.rows(), q.cols());  // ∂ / ∂ p̂
  if (algorithm == Algorithm::kMle) {
    const auto term = [](double a, double b) {
      return a > 0 ? a * std::log(a / b) : 0.0;
    };
    loss = p.binaryExpr(q, term).rowwise().sum().array();
    to_model = -p.cwiseQuotient(q);
  } else {
    const double weight =
        algorithm == Algorithm::kVaml10 || algorithm == Algorithm::kVaml11
            ? kWeight
            : 0;
    const ArrayXd f = muzero ? v : w;  // inside the loss
    // E[y] and E[y²] of y = V̄(x_1), or r(x_1) + γ V̄(x_2).
    ArrayXd y = Expect(p, w), y2 = Expect(p, w.square());
    if (muzero) {
      y2 = Expect(p, r.square() + 2 * gamma * r * y + gamma * gamma * y2);
      y = Expect(p, r + gamma * y);
    }
    const ArrayXd mean = Expect(q, f);
    const ArrayXd variance = Expect(q, f.square()) - mean.square();
    loss = (mean - y).square() + weight * variance + (y2 - y.square());
    // ∂/∂p̂_xj = 2 (mean − y) f_j + weight (f_j² − 2 mean f_j).
    for (int j = 0; j < f.size(); ++j) {
      to_model.col(j) =
          2 * (mean - y) * f[j] + weight * (f[j] * f[j] - 2 * mean * f[j]);
    }
    if (muzero) {
      to_value = Expect(q.transpose(), 2 * (mean - y) - 2 * weight * mean) +
                 2 * weight * f * q.colwise().sum().transpose().array();
    }
  }
  if (!muzero || config.start_value != StartValue::kNone) {
    const bool real = muzero && config.start_value == StartValue::kEnvironment;
    const ArrayXd error = v - (r + gamma * Expect(real ? p : q, w));
    loss += error.square();
    to_value += 2 * error;  // and nothing to the model: targets are frozen
  }
  // Through the softmax: p̂_j (g_j − Σ_i p̂_i g_i).
  const ArrayXd centre = q.cwiseProduct(to_model).rowwise().sum();
  const MatrixXd centred = to_model.colwise() - centre.matrix();
  return {loss.mean(), q.cwiseProduct(centred) / n, to_value / n};
}

class ExactObjectives : public testing::TestWithParam<ObjectiveConfig> {};

TEST_P(ExactObjectives, EqualTheirFormulas) {
  Graph graph;
  const losses::SmallProblem problem(graph);
  const Tensor loss = ExactObjective(
      GetParam(), WithModel(problem, problem.logits, problem.value), kWeight);
  const Tensors gradients = Gradients(loss, {problem.logits, problem.value});
  const ByHand by_hand = ComputeByHand(GetParam(), problem);
  EXPECT_NEAR(losses::Evaluate(loss)[0], by_hand.loss, kRounding);
  EXPECT_LT(Largest((MatrixOf(gradients[0]) - by_hand.to_logits).array()),
            kRounding);
  EXPECT_LT(Largest(VectorOf(gradients[1]) - by_hand.to_value), kRounding);
}

TEST_P(ExactObjectives, GradientEqualsFiniteDifferences) {
  for (const double weight : {0.0, kWeight, 1.0}) {
    const auto record = [&](const Tensors& x) {
      const losses::SmallProblem problem(x[0].graph());
      return ExactObjective(GetParam(), WithModel(problem, x[0], x[1]), weight);
    };
    const autodiff::GradientReport report = autodiff::CheckGradients(
        record, {losses::DrawValues({4, 4}, 8), losses::DrawValues({4}, 9)});
    EXPECT_LT(report.worst_error, 1e-9) << weight << report.worst_element;
  }
}

// What (1, 0) and maximum likelihood learn about the model does not depend on
// V, and their V learns nothing from the model's loss.
TEST_P(ExactObjectives, OnlyMuZeroTrainsModelAndValueThroughEachOther) {
  Graph graph;
  const losses::SmallProblem problem(graph);
  const auto gradients = [&](const Tensor& value, double discount) {
    ObjectiveConfig config = GetParam();
    config.discount = discount;
    const Tensor loss = ExactObjective(
        config, WithModel(problem, problem.logits, value), kWeight);
    return Gradients(loss, {problem.logits, value});
  };
  const Tensor other_value = losses::DrawConstant(graph, {4}, 10);
  const bool muzero = GetParam().algorithm == Algorithm::kVaml11 ||
                      GetParam().algorithm == Algorithm::kCvaml11;
  const std::vector<double> to_logits =
      losses::Evaluate(gradients(problem.value, 0.9)[0]);
  EXPECT_EQ(losses::Evaluate(gradients(other_value, 0.9)[0]) == to_logits,
            !muzero);

  // Without discount only V → r is left of the value's own loss.
  const ArrayXd to_value = VectorOf(gradients(problem.value, 0)[1]);
  const ArrayXd to_reward =
      (VectorOf(problem.value) - VectorOf(problem.reward)) / 2;
  EXPECT_EQ(Largest(to_value - to_reward) < kRounding, !muzero);
}

INSTANTIATE_TEST_SUITE_P(All, ExactObjectives,
                         testing::ValuesIn(AllObjectives()),
                         [](const auto& test) { return NameOf(test.param); });

}  // namespace
}  // namespace experiments
