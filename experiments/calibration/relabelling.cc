#include "Eigen/Core"
#include "Eigen/LU"
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

// A cycle of three states, deterministic, and a model that goes to the wrong
// one; V is right but for the same swap. Propositions 2 to 4 keep either model
// or value fixed, Table 1 does as well; here both are free.
Claim Relabelling(const Search& /*search*/) {
  constexpr int kStates = 3;
  autodiff::Graph graph;
  FiniteProblem problem = InputProblem(graph, kStates);
  problem.value = graph.Input("learned V", {kStates});
  const losses::VamlSteps mu_zero = {.rollout_steps = 1, .bootstrap_steps = 1};
  const losses::VamlSteps td = {.rollout_steps = 0, .bootstrap_steps = 1};
  const autodiff::Tensor alone =
      Mean(ExpectedLoss(problem, mu_zero, Loss::kSample, 1));
  const autodiff::Tensor with_start =
      alone + Mean(ExpectedLoss(problem, td, Loss::kSample, 1));
  autodiff::Program<double> program(graph, {alone, with_start});

  Eigen::Matrix3d cycle;  // 0 → 1 → 2 → 0
  cycle << 0, 1, 0, 0, 0, 1, 1, 0, 0;
  const Eigen::Vector3d rewards(1, 0, 0);
  const Eigen::Vector3d right =
      (Eigen::Matrix3d::Identity() - problem.discount * cycle).inverse() *
      rewards;
  Eigen::Matrix3d swap;  // of the states 0 and 1
  swap << 0, 1, 0, 1, 0, 0, 0, 0, 1;
  const auto run = [&](const Eigen::Matrix3d& model,
                       const Eigen::Vector3d& value) {
    Write(cycle, program.Input(problem.transitions));
    Write(rewards, program.Input(problem.reward));
    Write(right, program.Input(problem.target_value));
    Write(model, program.Input(problem.model));
    Write(value, program.Input(problem.value));
    program.Run();
  };

  const Eigen::Vector3d swapped = swap * right;
  run(cycle * swap, swapped);
  const double loss_of_swapped = program.Output(alone)[0];
  const double with_start_of_swapped = program.Output(with_start)[0];
  run(cycle, right);
  const double with_start_of_right = program.Output(with_start)[0];
  return {
      .name = "Remark (not in the paper)",
      .statement =
          "Trained together by MuZero's loss alone, even in a "
          "deterministic environment, model and value may swap states: "
          "only a loss of the value at the start state tells.",
      .measurements = {
          AtMost("swapped: MuZero's loss", loss_of_swapped, 1e-12),
          AtLeast("swapped: mean (V - TV')^2",
                  (swapped - right).squaredNorm() / kStates, 0.01),
          AtLeast("swapped: MuZero's loss and TD", with_start_of_swapped, 0.01),
          AtMost("right: MuZero's loss and TD", with_start_of_right, 1e-12)}};
}

}  // namespace experiments
