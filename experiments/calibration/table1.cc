#include "experiments/calibration/table1.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"
#include "experiments/calibration/model_classes.h"
#include "experiments/calibration/three_states.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

using autodiff::Graph;
using autodiff::Program;
using autodiff::Tensor;

constexpr int64_t kSamples[] = {1, 2, 4, 16, kInfinitelyMany};
constexpr int64_t kStates = ThreeStates::kStates;

losses::VamlSteps StepsOf(Method method) {
  switch (method) {
    case Method::kIterVaml:
      return {.rollout_steps = 1, .bootstrap_steps = 0};
    case Method::kMuZero:
      return {.rollout_steps = 1, .bootstrap_steps = 1};
    case Method::kTd:
      return {.rollout_steps = 0, .bootstrap_steps = 1};
  }
  return {};
}

// The problem with V and V̄ right, the model missing.
FiniteProblem Problem(Graph& graph, Stochasticity environment) {
  const ThreeStates states;
  const Tensor value = graph.Constant(states.values(), {kStates});
  return {.transitions =
              graph.Constant(environment == Stochasticity::kStochastic
                                 ? states.stochastic_transitions()
                                 : ThreeStates::deterministic_transitions(),
                             {kStates, kStates}),
          .reward = graph.Constant(states.rewards(), {kStates}),
          .target_value = value,
          .value = value,
          .discount = states.discount};
}

// The best model of its class: E_p̂ V = E_P V from every state. It is the
// environment where both are stochastic or both deterministic.
Tensor BestModel(Graph& graph, Stochasticity model) {
  return Problem(graph, model).transitions;
}

Tensor Surrogate(const FiniteProblem& problem, const Cell& cell, int64_t k) {
  const losses::VamlSteps steps = StepsOf(cell.method);
  return Mean(k == kInfinitelyMany
                  ? ClosedFormLoss(problem, steps, /*variance_weight=*/0)
                  : ExpectedLoss(problem, steps, cell.loss, k));
}

Tensor Expectation(const Tensor& kernel, const Tensor& value) {
  return losses::ValueMoments(kernel, value, 1).mean;
}

Tensor ModelTarget(const FiniteProblem& problem) {
  return Mean(Square(Expectation(problem.model, problem.value) -
                     Expectation(problem.transitions, problem.value)));
}

Measured MinimizeOverStochasticModels(const Cell& cell, int64_t k,
                                      uint64_t seed) {
  constexpr int64_t kSupport = 2;  // low and high
  Graph graph;
  FiniteProblem problem = Problem(graph, cell.environment);
  const Tensor amplitudes = graph.Input("amplitudes", {kStates * kSupport});
  problem.model = StochasticModel(amplitudes, kStates, kSupport, kStates);
  const Tensor lengths = RowLengths(amplitudes, kStates);
  Minimizer minimizer(Surrogate(problem, cell, k) + lengths, amplitudes,
                      {ModelTarget(problem)});
  return minimizer.Find(seed).worst[0];
}

// There are so few deterministic models that all are tried.
Measured MinimizeOverDeterministicModels(const Cell& cell, int64_t k) {
  constexpr double kRounding = 1e-14;
  Graph graph;
  FiniteProblem problem = Problem(graph, cell.environment);
  problem.model = graph.Input("model", {kStates, kStates});
  const Tensor surrogate = Surrogate(problem, cell, k);
  const Tensor target = ModelTarget(problem);
  Program<double> program(graph, {surrogate, target});
  std::vector<double> losses, targets;
  for (const std::vector<double>& model : DeterministicModels(kStates)) {
    std::copy(model.begin(), model.end(), program.Input(problem.model).begin());
    program.Run();
    losses.push_back(program.Output(surrogate)[0]);
    targets.push_back(program.Output(target)[0]);
  }
  const double lowest = *std::min_element(losses.begin(), losses.end());
  Measured excess{.error = kRounding};
  for (size_t i = 0; i < losses.size(); ++i) {
    if (losses[i] <= lowest + kRounding) {
      excess.value = std::max(excess.value, targets[i]);
    }
  }
  return excess;
}

// How far V is from T V̄, by cell.target. IterVAML and TD with V̄ = T V̄.
Tensor ValueTarget(const FiniteProblem& problem, const Cell& cell) {
  const Tensor right = problem.target_value;
  if (cell.target == Target::kExpectedValue) {
    return Mean(Square(Expectation(problem.model, problem.value) -
                       Expectation(problem.model, right)));
  }
  return Mean(Expectation(problem.model, Square(problem.value - right)));
}

// V is any table, or λ T V̄.
enum class ValueClass { kTables, kMultiples };

Measured MinimizeOverValues(const Cell& cell, ValueClass value_class, int64_t k,
                            uint64_t seed) {
  Graph graph;
  FiniteProblem problem = Problem(graph, cell.environment);
  if (cell.method == Method::kTd) {  // looks at V in x_0 itself
    problem.model =
        graph.Constant({1, 0, 0, 0, 1, 0, 0, 0, 1}, {kStates, kStates});
  } else {
    problem.model = BestModel(graph, cell.model);
  }
  Tensor point;
  if (value_class == ValueClass::kTables) {
    point = graph.Input("V", {kStates});
    problem.value = point;
  } else {
    point = graph.Input("lambda", {1});
    problem.value = point * problem.target_value;
  }
  Minimizer minimizer(Surrogate(problem, cell, k), point,
                      {ValueTarget(problem, cell)});
  return minimizer.Find(seed).worst[0];
}

Measured Excess(const Cell& cell, int64_t k, uint64_t seed) {
  if (cell.target == Target::kModel) {
    return cell.model == Stochasticity::kStochastic
               ? MinimizeOverStochasticModels(cell, k, seed)
               : MinimizeOverDeterministicModels(cell, k);
  }
  // Calibrated is what is so in every class.
  const Measured of_tables =
      MinimizeOverValues(cell, ValueClass::kTables, k, seed);
  const Measured of_multiples =
      MinimizeOverValues(cell, ValueClass::kMultiples, k, seed);
  return of_tables.value > of_multiples.value ? of_tables : of_multiples;
}

// Only the variance of a stochastic model can mislead, and a correction, or
// infinitely many samples, remove it; but not what a mean leaves open of V.
bool CalibratedInTheory(const Cell& cell, int64_t k) {
  if (cell.model == Stochasticity::kDeterministic) return true;
  if (cell.method == Method::kTd) return true;
  if (cell.target == Target::kValue) return false;
  return cell.loss == Loss::kCorrected || k == kInfinitelyMany;
}

}  // namespace

bool CellResult::calibrated() const {
  return std::all_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.samples == kInfinitelyMany || entry.calibrated();
  });
}

bool CellResult::holds() const {
  return std::all_of(entries.begin(), entries.end(),
                     [](const Entry& entry) { return entry.holds(); });
}

std::vector<Cell> Table1Cells() {
  constexpr Stochasticity kBoth[] = {Stochasticity::kDeterministic,
                                     Stochasticity::kStochastic};
  struct Question {
    Method method;
    Target target;
  };
  constexpr Question kQuestions[] = {{Method::kIterVaml, Target::kModel},
                                     {Method::kMuZero, Target::kModel},
                                     {Method::kMuZero, Target::kExpectedValue},
                                     {Method::kMuZero, Target::kValue},
                                     {Method::kTd, Target::kValue}};
  std::vector<Cell> cells;
  for (const Stochasticity environment : kBoth) {
    for (const Stochasticity model : kBoth) {
      for (const Question& question : kQuestions) {
        for (const Loss loss : {Loss::kSample, Loss::kCorrected}) {
          cells.push_back({.model = model,
                           .environment = environment,
                           .method = question.method,
                           .loss = loss,
                           .target = question.target});
        }
      }
    }
  }
  return cells;
}

CellResult ComputeCell(const Cell& cell, uint64_t seed) {
  CellResult result{.cell = cell};
  for (const int64_t k : kSamples) {
    if (cell.loss == Loss::kCorrected && k == 1) continue;
    result.entries.push_back({.samples = k,
                              .excess = Excess(cell, k, seed),
                              .expected = CalibratedInTheory(cell, k)});
  }
  return result;
}

}  // namespace experiments
