// The samples against the exact expectations: every mean lies in its
// confidence interval, and each interval is narrow enough to be a test.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/program.h"
#include "autodiff/random.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"
#include "losses/finite_vaml.h"
#include "losses/monte_carlo.h"
#include "losses/score_function.h"
#include "losses/small_problem.h"
#include "losses/test_tensors.h"
#include "losses/vaml.h"

namespace losses {
namespace {

using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

constexpr int kStates = 4;

std::string NameOf(VamlSteps steps) {
  return absl::StrCat("m", steps.rollout_steps, "b", steps.bootstrap_steps);
}

// A problem with k sampled rollouts and one sampled target per state.
struct Sampled {
  Sampled(VamlSteps steps, int64_t samples)
      : random_state(autodiff::RandomState(graph, "random")),
        rollouts(SampleRollouts(p.model, p.log_model, random_state,
                                steps.rollout_steps, samples)),
        values(Gather(p.value, rollouts.state)),
        target(SampleTarget(p.transitions, p.reward, p.discount, p.target_value,
                            random_state, steps)),
        exact_value(ValueMoments(p.model, p.value, steps.rollout_steps)),
        exact_target(TargetMoments(p.transitions, p.reward, p.discount,
                                   p.target_value, steps)) {}

  Graph graph;
  SmallProblem p{graph};
  Tensor random_state;
  Rollouts rollouts;
  Tensor values, target;
  Moments exact_value, exact_target;
};

// The standard deviation; rounding may leave a variance of −1e-17.
Tensor Deviation(const Moments& moments) {
  return Sqrt(-Minimum(-moments.variance, 0));
}

class Sampling : public testing::TestWithParam<VamlSteps> {};

// First and second moments of V(x̂_m) and y, and the means of both losses.
TEST_P(Sampling, MomentsAndLossesAreTheExactOnes) {
  constexpr int64_t kSamples = 2;
  constexpr int kRuns = 30000;
  Sampled s(GetParam(), kSamples);
  const Tensor vaml = ExactVaml(s.exact_value, s.exact_target, 0.5);
  const struct {
    const char* name;
    Tensor sample, exact, scale;
  } cases[] = {
      {"E V", Mean(s.values, {-1}), s.exact_value.mean,
       Deviation(s.exact_value)},
      {"Var V", SampleVariance(s.values), s.exact_value.variance,
       s.exact_value.variance},
      {"E y", s.target, s.exact_target.mean, Deviation(s.exact_target)},
      {"Var y", Square(s.target - s.exact_target.mean), s.exact_target.variance,
       s.exact_target.variance},
      {"VAML", Vaml(s.values, s.target), vaml, vaml},
      {"CVAML", CalibratedVaml(s.values, s.target, ModelKind::kStochastic),
       ExactVaml(s.exact_value, s.exact_target, 0), vaml}};
  Tensors samples;
  for (const auto& c : cases) samples.push_back(c.sample);
  const std::vector<Estimate> estimates =
      MonteCarlo(samples, s.random_state, kRuns);
  auto estimate = estimates.begin();
  for (const auto& c : cases) {
    const std::vector<double> exact = Evaluate(c.exact);
    const std::vector<double> scale = Evaluate(c.scale);
    for (int x = 0; x < kStates; ++x, ++estimate) {
      EXPECT_NEAR(estimate->mean, exact[x], estimate->half_width())
          << c.name << " from state " << x;
      EXPECT_LT(estimate->half_width(), 0.05 * std::abs(scale[x]) + 1e-7)
          << c.name << " from state " << x;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Sampling,
                         testing::Values(VamlSteps{0, 1}, VamlSteps{1, 0},
                                         VamlSteps{1, 1}, VamlSteps{1, 2},
                                         VamlSteps{2, 0}, VamlSteps{2, 1},
                                         VamlSteps{2, 2}),
                         [](const auto& test) { return NameOf(test.param); });

struct GradientCase {
  VamlSteps steps;
  ModelKind kind;  // kStochastic: CVAML, else VAML
  int64_t samples;
};

class MeanGradient : public testing::TestWithParam<GradientCase> {};

// The gradient with respect to the model's logits and V.
std::vector<double> ExactGradient(const Sampled& s, double weight) {
  const Tensor loss = Sum(ExactVaml(s.exact_value, s.exact_target, weight));
  std::vector<double> gradient;
  for (const Tensor& part : Gradients(loss, {s.p.logits, s.p.value})) {
    for (const double element : Evaluate(part)) gradient.push_back(element);
  }
  return gradient;
}

TEST_P(MeanGradient, IsTheExactGradient) {
  constexpr int kRuns = 20000;
  const auto [steps, kind, samples] = GetParam();
  const bool calibrated = kind == ModelKind::kStochastic;
  Sampled s(steps, samples);
  const Tensor loss = calibrated ? CalibratedVaml(s.values, s.target, kind)
                                 : Vaml(s.values, s.target);
  const Tensor surrogate =
      Sum(WithScoreFunction(loss, s.rollouts.log_probability));
  const std::vector<Estimate> estimates = MonteCarlo(
      Gradients(surrogate, {s.p.logits, s.p.value}), s.random_state, kRuns);

  const double weight = 1 / static_cast<double>(samples);
  const std::vector<double> exact = ExactGradient(s, calibrated ? 0 : weight);
  const std::vector<double> other = ExactGradient(s, calibrated ? weight : 0);
  ASSERT_EQ(estimates.size(), exact.size());
  // The test's power: the other loss of the pair would be seen.
  double distance_to_other = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(estimates[i].mean, exact[i], estimates[i].half_width()) << i;
    distance_to_other =
        std::max(distance_to_other, std::abs(estimates[i].mean - other[i]) /
                                        estimates[i].half_width());
  }
  EXPECT_GT(distance_to_other, 5);
  RecordProperty("distance_to_other", absl::StrCat(distance_to_other));
}

std::vector<GradientCase> GradientCases() {
  std::vector<GradientCase> cases;
  for (const VamlSteps steps :
       {VamlSteps{1, 0}, VamlSteps{1, 1}, VamlSteps{2, 1}}) {
    cases.push_back({steps, ModelKind::kDeterministic, 1});
    cases.push_back({steps, ModelKind::kDeterministic, 3});
    cases.push_back({steps, ModelKind::kStochastic, 2});
    cases.push_back({steps, ModelKind::kStochastic, 3});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, MeanGradient, testing::ValuesIn(GradientCases()),
                         [](const auto& test) {
                           return absl::StrCat(
                               test.param.kind == ModelKind::kStochastic
                                   ? "cvaml_"
                                   : "vaml_",
                               NameOf(test.param.steps), "_k",
                               test.param.samples);
                         });

// Runs `program` once with a given seed.
void RunSeeded(const Graph& graph, const Tensor& random_state,
               const Tensors& outputs, uint64_t seed,
               std::optional<autodiff::Program<double>>& program) {
  autodiff::State<double> state(graph);
  autodiff::SeedRandomState(state.Indices(random_state), seed);
  program.emplace(graph, outputs, &state);
  program->Run();
}

// Expects the log-probability of k rollouts to be Σ_j log K^m(x_0, x̂_m⁽ʲ⁾),
// which it is if only one path leads from x_0 to x_m.
void ExpectLogProbabilityOfEnds(const Tensor& kernel, const Tensor& step_kernel,
                                int rollout_steps, int64_t samples) {
  Graph& graph = kernel.graph();
  const int64_t n = kernel.shape()[0];
  const std::vector<double> power = Evaluate(kernel);
  const Tensor random_state = autodiff::RandomState(graph, "random");
  const Rollouts rollouts = SampleRollouts(
      step_kernel, Log(step_kernel), random_state, rollout_steps, samples);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    std::optional<autodiff::Program<double>> program;
    RunSeeded(graph, random_state, {rollouts.state, rollouts.log_probability},
              seed, program);
    const auto ends = program->IndexOutput(rollouts.state);
    const auto log_probability = program->Output(rollouts.log_probability);
    for (int64_t x = 0; x < n; ++x) {
      double expected = 0;
      for (int64_t j = 0; j < samples; ++j) {
        expected += std::log(power[x * n + ends[x * samples + j]]);
      }
      EXPECT_NEAR(log_probability[x], expected, 1e-13) << "state " << x;
    }
  }
}

TEST(SampleRollouts, LogProbabilityOfOneStep) {
  Graph graph;
  const SmallProblem p(graph);
  ExpectLogProbabilityOfEnds(p.transitions, p.transitions, 1, 3);
}

// A binary tree: 0 → 1, 2; 1 → 3, 4; 2 → 5, 6; the leaves stay.
TEST(SampleRollouts, LogProbabilityOfTwoSteps) {
  Graph graph;
  const Tensor tree = graph.Constant({0, .3, .7, 0,  0,  0,  0,   //
                                      0, 0,  0,  .2, .8, 0,  0,   //
                                      0, 0,  0,  0,  0,  .4, .6,  //
                                      0, 0,  0,  1,  0,  0,  0,   //
                                      0, 0,  0,  0,  1,  0,  0,   //
                                      0, 0,  0,  0,  0,  1,  0,   //
                                      0, 0,  0,  0,  0,  0,  1},
                                     {7, 7});
  ExpectLogProbabilityOfEnds(MatMul(tree, tree), tree, 2, 3);
}

TEST(SampleRollouts, NoStepsStayAtTheStartWithProbabilityOne) {
  Graph graph;
  const SmallProblem p(graph);
  const Tensor random_state = autodiff::RandomState(graph, "random");
  const Rollouts rollouts =
      SampleRollouts(p.model, p.log_model, random_state, 0, 2);
  std::optional<autodiff::Program<double>> program;
  RunSeeded(graph, random_state, {rollouts.state, rollouts.log_probability}, 1,
            program);
  const auto ends = program->IndexOutput(rollouts.state);
  EXPECT_EQ(std::vector<int>(ends.begin(), ends.end()),
            (std::vector<int>{0, 0, 1, 1, 2, 2, 3, 3}));
  for (const double log_p : program->Output(rollouts.log_probability)) {
    EXPECT_EQ(log_p, 0);
  }
}

}  // namespace
}  // namespace losses
