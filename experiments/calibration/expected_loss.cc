#include "experiments/calibration/expected_loss.h"

#include <cstdint>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"
#include "losses/finite_vaml.h"
#include "losses/td.h"
#include "losses/vaml.h"

namespace experiments {
namespace {

using autodiff::Tensor;

// All ways to draw k of n states without regard to order.
struct Draws {
  std::vector<double> states;  // [outcomes, k], each row sorted
  std::vector<double> orders;  // [outcomes]: k! / Π_i c_i! for c_i times i
};

Draws AllDraws(int64_t n, int64_t k) {
  Draws draws;
  std::vector<int64_t> row(k, 0);
  for (;;) {
    double orders = 1;
    int64_t repeated = 0;
    for (int64_t j = 0; j < k; ++j) {
      repeated = j > 0 && row[j] == row[j - 1] ? repeated + 1 : 1;
      orders *= static_cast<double>(j + 1) / static_cast<double>(repeated);
    }
    draws.states.insert(draws.states.end(), row.begin(), row.end());
    draws.orders.push_back(orders);
    int64_t last = k - 1;  // the last one that can still grow
    while (last >= 0 && row[last] == n - 1) --last;
    if (last < 0) return draws;
    const int64_t state = row[last] + 1;
    for (int64_t j = last; j < k; ++j) row[j] = state;
  }
}

Tensor Identity(autodiff::Graph& graph, int64_t n) {
  std::vector<double> elements(n * n, 0);
  for (int64_t i = 0; i < n; ++i) elements[i * n + i] = 1;
  return graph.Constant(elements, {n, n});
}

// Where x_m is, from each x_0.
Tensor Reached(const Tensor& kernel, int rollout_steps) {
  return rollout_steps == 0 ? Identity(kernel.graph(), kernel.shape()[0])
                            : kernel;
}

// Every y that real samples may give, and its probability from each state.
struct Targets {
  Tensor y;            // [outcomes]
  Tensor probability;  // [n, outcomes]
};

Targets AllTargets(const FiniteProblem& problem, losses::VamlSteps steps) {
  const int64_t n = problem.reward.shape()[0];
  const Tensor first = Reached(problem.transitions, steps.rollout_steps);
  if (steps.bootstrap_steps == 0) return {problem.target_value, first};
  // x_m and x_{m+1}: r(x_m) + γ V̄(x_{m+1}).
  const autodiff::Shape pairs = {n, n};
  const Tensor reward = BroadcastTo(Reshape(problem.reward, {n, 1}), pairs);
  const Tensor next_value = BroadcastTo(problem.target_value, pairs);
  const Tensor y =
      losses::BootstrapTarget({reward}, problem.discount, next_value);
  const Tensor probability = Reshape(first, {n, n, 1}) * problem.transitions;
  return {Reshape(y, {n * n}), Reshape(probability, {n, n * n})};
}

}  // namespace

Tensor ExpectedLoss(const FiniteProblem& problem, losses::VamlSteps steps,
                    Loss loss, int64_t k) {
  autodiff::Graph& graph = problem.model.graph();
  const int64_t n = problem.reward.shape()[0];
  const Draws draws = AllDraws(n, k);
  const auto outcomes = static_cast<int64_t>(draws.orders.size());
  const Tensor states = graph.Constant(draws.states, {outcomes, k},
                                       autodiff::ElementType::kIndex);

  // Of each outcome from each state: orders · Π_j p̂(state_j).
  const Tensor to_from = Transpose(Reached(problem.model, steps.rollout_steps));
  Tensor probability = graph.Constant(draws.orders, {outcomes, 1});
  for (int64_t j = 0; j < k; ++j) {
    std::vector<double> column;
    for (int64_t i = 0; i < outcomes; ++i) {
      column.push_back(draws.states[i * k + j]);
    }
    const Tensor state =
        graph.Constant(column, {outcomes}, autodiff::ElementType::kIndex);
    probability = probability * Gather(to_from, state);
  }

  const Targets targets = AllTargets(problem, steps);
  const Tensor values =
      Reshape(Gather(problem.value, states), {outcomes, 1, k});
  const Tensor sample_loss =
      loss == Loss::kSample
          ? losses::Vaml(values, targets.y)
          : losses::CalibratedVaml(values, targets.y,
                                   losses::ModelKind::kStochastic);
  const Tensor over_model =
      MatMul(probability, sample_loss, /*transpose_a=*/true);
  return Reshape(Sum(over_model * targets.probability, {-1}), {n});
}

Tensor ClosedFormLoss(const FiniteProblem& problem, losses::VamlSteps steps,
                      double variance_weight) {
  return losses::ExactVaml(
      losses::ValueMoments(problem.model, problem.value, steps.rollout_steps),
      losses::TargetMoments(problem.transitions, problem.reward,
                            problem.discount, problem.target_value, steps),
      variance_weight);
}

}  // namespace experiments
