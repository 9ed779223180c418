// The enumerated expectation of the sample losses is the closed form.
#include "experiments/calibration/expected_loss.h"

#include <cstdint>

#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/random_problem.h"
#include "gtest/gtest.h"
#include "losses/finite_vaml.h"

namespace experiments {
namespace {

using autodiff::Graph;
using autodiff::Program;
using autodiff::Tensor;

constexpr int kStates = 3;

// A problem with V ≠ V̄, written into the program's inputs.
class ExpectedLossTest : public testing::TestWithParam<losses::VamlSteps> {
 protected:
  ExpectedLossTest() : problem_(InputProblem(graph_, kStates)) {
    problem_.value = graph_.Input("another V", {kStates});
  }

  void ExpectEqual(const Tensor& enumerated, const Tensor& closed_form) {
    Program<double> program(graph_, {enumerated, closed_form});
    for (int number = 0; number < 5; ++number) {
      const RandomProblem drawn = DrawProblem(1, number, kStates);
      Write(drawn.transitions, program.Input(problem_.transitions));
      Write(drawn.value, program.Input(problem_.target_value));
      Write(drawn.value.reverse(), program.Input(problem_.value));
      if (GetParam().rollout_steps > 0) {
        Write(drawn.model, program.Input(problem_.model));
      }
      if (GetParam().bootstrap_steps > 0) {
        Write(drawn.rewards, program.Input(problem_.reward));
      }
      program.Run();
      for (int s = 0; s < kStates; ++s) {
        EXPECT_NEAR(program.Output(enumerated)[s],
                    program.Output(closed_form)[s], 1e-13);
      }
    }
  }

  Graph graph_;
  FiniteProblem problem_;
};

TEST_P(ExpectedLossTest, OfTheSampleLoss) {
  for (const int64_t k : {1, 2, 5}) {
    ExpectEqual(
        ExpectedLoss(problem_, GetParam(), Loss::kSample, k),
        ClosedFormLoss(problem_, GetParam(), 1.0 / static_cast<double>(k)));
  }
}

TEST_P(ExpectedLossTest, OfTheCorrectedLoss) {
  for (const int64_t k : {2, 5}) {
    ExpectEqual(ExpectedLoss(problem_, GetParam(), Loss::kCorrected, k),
                ClosedFormLoss(problem_, GetParam(), 0));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ExpectedLossTest,
    testing::Values(losses::VamlSteps{.rollout_steps = 1, .bootstrap_steps = 0},
                    losses::VamlSteps{.rollout_steps = 1, .bootstrap_steps = 1},
                    losses::VamlSteps{.rollout_steps = 0,
                                      .bootstrap_steps = 1}));

}  // namespace
}  // namespace experiments
