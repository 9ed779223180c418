// The exact expectations against finite differences and against enumeration of
// every path.
#include "losses/finite_vaml.h"

#include <cmath>
#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "losses/small_problem.h"
#include "losses/td.h"
#include "losses/test_tensors.h"

namespace losses {
namespace {

using autodiff::CheckGradients;
using autodiff::GradientReport;
using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

constexpr int kStates = 4;
constexpr double kRounding = 1e-12;

// A path x_0 … x_steps and its probability given x_0.
struct Path {
  std::vector<int> states;
  double probability;
};

std::vector<Path> AllPaths(const std::vector<double>& kernel, int start,
                           int steps) {
  std::vector<Path> paths = {{{start}, 1}};
  for (int i = 0; i < steps; ++i) {
    std::vector<Path> longer;
    for (const Path& path : paths) {
      for (int next = 0; next < kStates; ++next) {
        Path& extended = longer.emplace_back(path);
        extended.probability *= kernel[path.states.back() * kStates + next];
        extended.states.push_back(next);
      }
    }
    paths = std::move(longer);
  }
  return paths;
}

// A distribution of real numbers: values and their probabilities.
struct Outcome {
  double value, probability;
};
using Outcomes = std::vector<Outcome>;

double Expectation(const Outcomes& outcomes,
                   const std::function<double(double)>& f) {
  double sum = 0;
  for (const auto& [value, probability] : outcomes) {
    sum += probability * f(value);
  }
  return sum;
}

double MeanOf(const Outcomes& outcomes) {
  return Expectation(outcomes, [](double x) { return x; });
}

double VarianceOf(const Outcomes& outcomes) {
  const double mean = MeanOf(outcomes);
  return Expectation(outcomes,
                     [&](double x) { return (x - mean) * (x - mean); });
}

class Enumeration : public testing::TestWithParam<VamlSteps> {
 protected:
  int m() const { return GetParam().rollout_steps; }
  int b() const { return GetParam().bootstrap_steps; }

  Moments ExactValue() const {
    return ValueMoments(problem_.model, problem_.value, m());
  }
  Moments ExactTarget() const {
    return TargetMoments(problem_.transitions, problem_.reward,
                         problem_.discount, problem_.target_value, GetParam());
  }

  // V(x̂_m) over every path of the model.
  Outcomes ValueOutcomes(int start) const {
    const std::vector<double> value = Evaluate(problem_.value);
    Outcomes outcomes;
    for (const Path& path : AllPaths(Evaluate(problem_.model), start, m())) {
      outcomes.push_back({value[path.states.back()], path.probability});
    }
    return outcomes;
  }

  // y over every real path of m + b steps.
  Outcomes TargetOutcomes(int start) const {
    const std::vector<double> reward = Evaluate(problem_.reward);
    const std::vector<double> value = Evaluate(problem_.target_value);
    Outcomes outcomes;
    for (const Path& path :
         AllPaths(Evaluate(problem_.transitions), start, m() + b())) {
      double y = std::pow(problem_.discount, b()) * value[path.states.back()];
      for (int j = 0; j < b(); ++j) {
        y += std::pow(problem_.discount, j) * reward[path.states[m() + j]];
      }
      outcomes.push_back({y, path.probability});
    }
    return outcomes;
  }

  Graph graph_;
  SmallProblem problem_{graph_};
};

TEST_P(Enumeration, GivesTheMoments) {
  const Moments value = ExactValue(), target = ExactTarget();
  for (int x = 0; x < kStates; ++x) {
    const Outcomes values = ValueOutcomes(x), targets = TargetOutcomes(x);
    EXPECT_NEAR(Evaluate(value.mean)[x], MeanOf(values), kRounding);
    EXPECT_NEAR(Evaluate(value.variance)[x], VarianceOf(values), kRounding);
    EXPECT_NEAR(Evaluate(target.mean)[x], MeanOf(targets), kRounding);
    EXPECT_NEAR(Evaluate(target.variance)[x], VarianceOf(targets), kRounding);
  }
}

TEST_P(Enumeration, GivesVamlOfOneSample) {
  const std::vector<double> exact =
      Evaluate(ExactVaml(ExactValue(), ExactTarget(), 1));
  for (int x = 0; x < kStates; ++x) {
    const Outcomes targets = TargetOutcomes(x);
    const double expected = Expectation(ValueOutcomes(x), [&](double v) {
      return Expectation(targets, [&](double y) { return (v - y) * (v - y); });
    });
    EXPECT_NEAR(exact[x], expected, kRounding);
  }
}

// Two samples v and u: V̂ = (v + u)/2 and s²/2 = (v − u)²/4.
TEST_P(Enumeration, GivesVamlAndCalibratedVamlOfTwoSamples) {
  const std::vector<double> vaml =
      Evaluate(ExactVaml(ExactValue(), ExactTarget(), 0.5));
  const std::vector<double> calibrated =
      Evaluate(ExactVaml(ExactValue(), ExactTarget(), 0));
  for (int x = 0; x < kStates; ++x) {
    const Outcomes values = ValueOutcomes(x), targets = TargetOutcomes(x);
    const auto expectation = [&](double correction) {
      return Expectation(values, [&](double v) {
        return Expectation(values, [&](double u) {
          return Expectation(targets, [&](double y) {
            return std::pow((v + u) / 2 - y, 2) -
                   correction * std::pow(v - u, 2) / 4;
          });
        });
      });
    };
    EXPECT_NEAR(vaml[x], expectation(0), kRounding);
    EXPECT_NEAR(calibrated[x], expectation(1), kRounding);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Enumeration,
    testing::Values(VamlSteps{0, 0}, VamlSteps{0, 1}, VamlSteps{0, 2},
                    VamlSteps{1, 0}, VamlSteps{1, 1}, VamlSteps{1, 2},
                    VamlSteps{2, 0}, VamlSteps{2, 1}, VamlSteps{2, 2}),
    [](const testing::TestParamInfo<VamlSteps>& steps) {
      return absl::StrCat("m", steps.param.rollout_steps, "b",
                          steps.param.bootstrap_steps);
    });

// Σ_{x'} P(x, x') (V(x) − r(x) − γ V̄(x'))², whatever the weight: V(x_0) has no
// variance.
TEST(ExactVaml, IsTheExpectedTdLossAtZeroOne) {
  Graph graph;
  const SmallProblem p(graph);
  const VamlSteps steps{.rollout_steps = 0, .bootstrap_steps = 1};
  const Tensor target =
      Reshape(p.reward, {4, 1}) + p.discount * Reshape(p.target_value, {1, 4});
  const Tensor td = Td(Reshape(p.value, {4, 1}), target);
  const std::vector<double> expected = Evaluate(Sum(p.transitions * td, {-1}));
  for (const double weight : {0.0, 1.0}) {
    const std::vector<double> actual =
        Evaluate(ExactVaml(ValueMoments(p.model, p.value, 0),
                           TargetMoments(p.transitions, p.reward, p.discount,
                                         p.target_value, steps),
                           weight));
    for (int x = 0; x < kStates; ++x) {
      EXPECT_NEAR(actual[x], expected[x], kRounding);
    }
  }
}

// E[L_c] − Var[y] for a model p̂ and V = V̄.
std::vector<double> CalibratedExcess(const SmallProblem& p, const Tensor& model,
                                     const Tensor& value, VamlSteps steps) {
  const Moments target =
      TargetMoments(p.transitions, p.reward, p.discount, value, steps);
  return Evaluate(
      ExactVaml(ValueMoments(model, value, steps.rollout_steps), target, 0) -
      target.variance);
}

TEST(ExactVaml, APerfectModelHasNoCalibratedExcess) {
  Graph graph;
  const SmallProblem p(graph);
  Tensor fixed_point = p.reward;  // V = r + γ P V to rounding
  for (int i = 0; i < 400; ++i) {
    fixed_point = p.reward +
                  p.discount * ValueMoments(p.transitions, fixed_point, 1).mean;
  }
  for (int m = 1; m <= 3; ++m) {
    for (int b = 0; b <= 2; ++b) {
      // Any V will do for IterVAML; b ≥ 1 needs the value of the process.
      const Tensor value = b == 0 ? p.value : fixed_point;
      const VamlSteps steps{m, b};
      for (int x = 0; x < kStates; ++x) {
        EXPECT_NEAR(CalibratedExcess(p, p.transitions, value, steps)[x], 0,
                    kRounding);
        EXPECT_GT(CalibratedExcess(p, p.model, value, steps)[x], 1e-3);
      }
    }
  }
}

// With respect to the model's logits, V, the real kernel's logits, r and V̄.
TEST(ExactVaml, GradientEqualsFiniteDifferences) {
  const std::vector<autodiff::Values> inputs = {
      DrawValues({3, 3}, 1, -1, 1), DrawValues({3}, 2),
      DrawValues({3, 3}, 3, -1, 1), DrawValues({3}, 4), DrawValues({3}, 5)};
  for (int m = 0; m <= 3; ++m) {
    for (int b = 0; b <= 3; ++b) {
      for (const double weight : {0.0, 0.5, 1.0}) {
        const auto record = [&](const Tensors& x) {
          return ExactVaml(
              ValueMoments(Softmax(x[0]), x[1], m),
              TargetMoments(Softmax(x[2]), x[3], 0.9, x[4], {m, b}), weight);
        };
        const GradientReport report = CheckGradients(record, inputs);
        EXPECT_LT(report.worst_error, 1e-9)
            << "m " << m << ", b " << b << ", weight " << weight << ": "
            << report.worst_element;
      }
    }
  }
}

TEST(Moments, GradientEqualsFiniteDifferences) {
  const std::vector<autodiff::Values> inputs = {
      DrawValues({3, 3}, 1, -1, 1), DrawValues({3}, 2), DrawValues({3}, 3)};
  for (int m = 0; m <= 3; ++m) {
    for (int b = 0; b <= 3; ++b) {
      const auto record = [&](const Tensors& x) {
        const Moments value = ValueMoments(Softmax(x[0]), x[1], m);
        const Moments target =
            TargetMoments(Softmax(x[0]), x[2], 0.9, x[1], {m, b});
        return value.mean + 2 * value.variance + 3 * target.mean +
               4 * target.variance;
      };
      const GradientReport report = CheckGradients(record, inputs);
      EXPECT_LT(report.worst_error, 1e-9)
          << "m " << m << ", b " << b << ": " << report.worst_element;
    }
  }
}

}  // namespace
}  // namespace losses
