#include "experiments/calibration/two_point.h"

#include <cstdint>

#include "Eigen/Core"
#include "autodiff/ops.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"
#include "experiments/calibration/model_classes.h"
#include "experiments/calibration/random_problem.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

constexpr int kStates = 2;
constexpr losses::VamlSteps kIterVaml = {.rollout_steps = 1,
                                         .bootstrap_steps = 0};

}  // namespace

// The model is the same from both states.
void TwoPointSearch::Record() {
  problem_ = InputProblem(graph_, kStates);
  amplitudes_ = graph_.Input("amplitudes", {kStates});
  const autodiff::Tensor row =
      StochasticModel(amplitudes_, /*rows=*/1, kStates, kStates);
  problem_.model = BroadcastTo(row, {kStates, kStates});
}

void TwoPointSearch::Minimize(const autodiff::Tensor& loss) {
  const losses::Moments model =
      losses::ValueMoments(problem_.model, problem_.value, 1);
  const losses::Moments real =
      losses::ValueMoments(problem_.transitions, problem_.value, 1);
  minimizer_.emplace(Mean(loss) + RowLengths(amplitudes_, 1), amplitudes_,
                     autodiff::Tensors{Mean(Square(model.mean - real.mean)),
                                       Mean(model.mean), Mean(model.variance)});
}

TwoPointSearch::TwoPointSearch(Loss loss, int64_t k) {
  Record();
  Minimize(ExpectedLoss(problem_, kIterVaml, loss, k));
}

TwoPointSearch::TwoPointSearch(int64_t k) {
  Record();
  Minimize(ClosedFormLoss(problem_, kIterVaml, 1.0 / static_cast<double>(k)));
}

TwoPointSearch::Result TwoPointSearch::Find(const TwoPoints& points,
                                            uint64_t seed) {
  const Eigen::RowVector2d row(1 - points.chance, points.chance);
  Write(row.replicate(kStates, 1), minimizer_->Input(problem_.transitions));
  Write(Eigen::Vector2d(points.a, points.b), minimizer_->Input(problem_.value));
  const Minimum minimum = minimizer_->Find(seed);
  return {.excess = minimum.worst[0],
          .mean = minimum.worst[1].value,
          .variance = minimum.worst[2].value};
}

}  // namespace experiments
