#include <algorithm>

#include "Eigen/Core"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/random_problem.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

constexpr int kStates = 5;
constexpr losses::VamlSteps kIterVaml = {.rollout_steps = 1,
                                         .bootstrap_steps = 0};

}  // namespace

// For every model, and so for one with loss zero: T̂V − TV = γ (E_p̂ V − E_P V),
// whose square is γ² times the IterVAML loss.
Claim Proposition1(const Search& search) {
  autodiff::Graph graph;
  const FiniteProblem problem = InputProblem(graph, kStates);
  const losses::Moments target =
      losses::TargetMoments(problem.transitions, problem.reward,
                            problem.discount, problem.value, kIterVaml);
  const autodiff::Tensor loss =
      ClosedFormLoss(problem, kIterVaml, /*variance_weight=*/0) -
      target.variance;
  autodiff::Program<double> program(graph, {loss});

  const auto loss_of = [&](const RandomProblem& drawn,
                           const Eigen::MatrixXd& model) -> Eigen::VectorXd {
    Write(drawn.transitions, program.Input(problem.transitions));
    Write(drawn.value, program.Input(problem.value));
    Write(model, program.Input(problem.model));
    program.Run();
    return Eigen::Map<const Eigen::VectorXd>(program.Output(loss).data(),
                                             kStates);
  };
  double largest_gap = 0, largest_loss = 0, largest_difference = 0;
  double distances = 0;
  for (int i = 0; search.Tries(i); ++i) {
    const RandomProblem drawn = DrawProblem(search.seed, i, kStates);
    const auto bellman_difference =
        [&](const Eigen::MatrixXd& model) -> Eigen::VectorXd {
      return problem.discount * (model - drawn.transitions) * drawn.value;
    };
    const Eigen::VectorXd squares =
        bellman_difference(drawn.model).array().square();
    const double discount_squared = problem.discount * problem.discount;
    largest_gap = std::max(
        largest_gap, (squares - discount_squared * loss_of(drawn, drawn.model))
                         .lpNorm<Eigen::Infinity>());

    Eigen::MatrixXd model = drawn.model;
    for (int s = 0; s < kStates; ++s) {
      model.row(s) = WithMean(model.row(s).transpose(), drawn.value,
                              drawn.transitions.row(s).dot(drawn.value))
                         .transpose();
    }
    largest_loss = std::max(largest_loss, loss_of(drawn, model).maxCoeff());
    largest_difference =
        std::max(largest_difference,
                 bellman_difference(model).lpNorm<Eigen::Infinity>());
    distances += (model - drawn.transitions).cwiseAbs().maxCoeff();
  }
  return {.name = "Proposition 1",
          .statement =
              "A model with IterVAML loss zero has the Bellman operator "
              "of the environment on that V.",
          .measurements = {
              AtMost("any models: largest |(T^V - TV)^2 - discount^2 loss|",
                     largest_gap, 1e-11),
              AtMost("models with E_p^ V = E_P V: largest loss", largest_loss,
                     1e-13),
              AtMost("the same: largest |T^V - TV|", largest_difference, 1e-13),
              AtLeast("the same: mean of the largest |p^ - P|",
                      distances / search.problems, 0.1)}};
}

}  // namespace experiments
