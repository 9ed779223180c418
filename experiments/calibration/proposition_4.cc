#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"
#include "experiments/calibration/model_classes.h"
#include "experiments/calibration/random_problem.h"
#include "experiments/calibration/three_states.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

using autodiff::Tensor;

constexpr int kStates = 3;
constexpr losses::VamlSteps kIterVaml = {.rollout_steps = 1,
                                         .bootstrap_steps = 0};
constexpr losses::VamlSteps kMuZero = {.rollout_steps = 1,
                                       .bootstrap_steps = 1};
constexpr losses::VamlSteps kTd = {.rollout_steps = 0, .bootstrap_steps = 1};

// Learns V as a table with the true kernel as the model.
class ValueSearch {
 public:
  ValueSearch(losses::VamlSteps steps, Loss loss, int64_t k)
      : problem_(InputProblem(graph_, kStates)) {
    const Tensor v = graph_.Input("learned V", {kStates});
    problem_.model = problem_.transitions;
    problem_.value = v;
    const Tensor right = problem_.reward +
                         problem_.discount * Expectation(problem_.target_value);
    // The mean over the next states, and over those reached from any.
    const Tensor of_mean = Square(Expectation(v) - Expectation(right));
    const Tensor of_value = steps.rollout_steps == 0
                                ? Square(v - right)
                                : Expectation(Square(v - right));
    minimizer_.emplace(Mean(ExpectedLoss(problem_, steps, loss, k)), v,
                       autodiff::Tensors{Mean(of_mean), Mean(of_value)});
  }

  struct Excess {
    double of_mean;   // (E_P V − E_P T V̄)², mean over states
    double of_value;  // (V − T V̄)², mean over states that the loss looks at
  };
  Excess Find(const Eigen::MatrixXd& transitions,
              const Eigen::VectorXd& rewards,
              const Eigen::VectorXd& target_value, uint64_t seed) {
    Write(transitions, minimizer_->Input(problem_.transitions));
    Write(rewards, minimizer_->Input(problem_.reward));
    Write(target_value, minimizer_->Input(problem_.target_value));
    const Minimum minimum = minimizer_->Find(seed, /*starts=*/3);
    return {minimum.worst[0].value, minimum.worst[1].value};
  }

 private:
  Tensor Expectation(const Tensor& value) const {
    return losses::ValueMoments(problem_.transitions, value, 1).mean;
  }

  autodiff::Graph graph_;
  FiniteProblem problem_;
  std::optional<Minimizer> minimizer_;
};

// IterVAML finds a model for V̄, then V = r + γ E_p̂ V̄: the largest
// |V − T V̄| over random problems. A loss is known to about 1e-14, which leaves
// 1e-7 to a difference whose square it is. The environment is a kernel without
// rows close to a point mass: there a search may end at another one.
double LargestErrorOfIterVamlAndTd(const Search& search) {
  autodiff::Graph graph;
  FiniteProblem problem = InputProblem(graph, kStates);
  const Tensor amplitudes = graph.Input("amplitudes", {kStates * kStates});
  problem.model = StochasticModel(amplitudes, kStates, kStates, kStates);
  const auto bellman = [&](const Tensor& kernel) {
    return problem.reward +
           problem.discount *
               losses::ValueMoments(kernel, problem.target_value, 1).mean;
  };
  const Tensor difference =
      bellman(problem.model) - bellman(problem.transitions);
  Minimizer minimizer(
      Mean(ExpectedLoss(problem, kIterVaml, Loss::kCorrected, 2)) +
          RowLengths(amplitudes, kStates),
      amplitudes, {autodiff::Max(Abs(difference))});
  double largest = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    Write(drawn.model, minimizer.Input(problem.transitions));
    Write(drawn.rewards, minimizer.Input(problem.reward));
    Write(drawn.value, minimizer.Input(problem.target_value));
    largest = std::max(
        largest,
        minimizer.Find(static_cast<uint64_t>(i), /*starts=*/4).worst[0].value);
  }
  return largest;
}

}  // namespace

// The model is right from the start; only the value is learnt. T V̄ is in the
// class, which is all tables.
Claim Proposition4(const Search& search) {
  ValueSearch sample(kMuZero, Loss::kSample, 4);
  ValueSearch corrected(kMuZero, Loss::kCorrected, 4);
  ValueSearch td(kTd, Loss::kSample, 1);

  const ThreeStates three;
  const std::vector<double> values = three.values(), rewards = three.rewards();
  const Eigen::Map<const Eigen::VectorXd> v(values.data(), kStates);
  const Eigen::Map<const Eigen::VectorXd> r(rewards.data(), kStates);
  Eigen::Matrix3d singular, invertible;
  singular << 0.7, 0.3, 0, 0.7, 0.3, 0, 0.7, 0.3, 0;
  invertible << 0.7, 0.3, 0, 0.2, 0.7, 0.1, 0.1, 0.2, 0.7;
  const auto mean_excess = [&](ValueSearch& find, const Eigen::Matrix3d& p) {
    return find.Find(p, r, v, search.seed).of_mean;
  };
  const auto value_excess = [&](ValueSearch& find, const Eigen::Matrix3d& p) {
    return find.Find(p, r, v, search.seed).of_value;
  };

  double least_of_sample = 1e300, largest_of_td = 0, largest_of_mean = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    const auto seed = static_cast<uint64_t>(i);
    const auto find = [&](ValueSearch& search_of) {
      return search_of.Find(drawn.model, drawn.rewards, drawn.value, seed);
    };
    least_of_sample = std::min(least_of_sample, find(sample).of_value);
    largest_of_mean = std::max(largest_of_mean, find(corrected).of_mean);
    largest_of_td = std::max(largest_of_td, find(td).of_value);
  }
  return {
      .name = "Proposition 4",
      .statement =
          "With the true kernel as the model, MuZero's loss does not find "
          "V = TV'; corrected it finds E_P V but not V; TD, and IterVAML with "
          "TD, find V.",
      .measurements = {
          AtLeast("P of rank 1: (V - TV')^2, sample loss",
                  value_excess(sample, singular), 0.01),
          AtLeast("P of rank 1: (V - TV')^2, corrected",
                  value_excess(corrected, singular), 0.01),
          AtMost("P of rank 1: (E_P V - E_P TV')^2, corrected",
                 mean_excess(corrected, singular), 1e-12),
          AtLeast("P invertible: (V - TV')^2, sample loss",
                  value_excess(sample, invertible), 0.001),
          AtMost("P invertible: (V - TV')^2, corrected",
                 value_excess(corrected, invertible), 1e-12),
          AtMost("P of rank 1: (V - TV')^2, TD", value_excess(td, singular),
                 1e-12),
          AtLeast("any problems: least (V - TV')^2, sample loss",
                  least_of_sample, 1e-12),
          AtMost("any problems: largest (E_P V - E_P TV')^2, corrected",
                 largest_of_mean, 1e-11),
          AtMost("any problems: largest (V - TV')^2, TD", largest_of_td, 1e-12),
          AtMost("any problems: largest |V - TV'|, IterVAML and TD",
                 LargestErrorOfIterVamlAndTd(search), 1e-6)}};
}

}  // namespace experiments
