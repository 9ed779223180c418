// The exact expectations of problems with actions against enumeration of every
// path, and against those without actions.
#include <cmath>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/testing/check_gradients.h"
#include "gtest/gtest.h"
#include "losses/finite_vaml.h"
#include "losses/small_problem.h"
#include "losses/test_tensors.h"

namespace losses {
namespace {

using autodiff::Graph;
using autodiff::Tensor;
using autodiff::Tensors;

constexpr int kStates = 3;
constexpr int kActions = 2;
constexpr int kRows = kStates * kActions;
constexpr double kDiscount = 0.9;

// A number and its probability.
struct Outcome {
  double value, probability;
};

// What can come of Σ_{j<b} γʲ r(x_{m+j}, a_{m+j}) + γᵇ V(x_{m+b}).
class Walks {
 public:
  Walks(const Tensor& kernel, const Tensor& policy, const Tensor& reward,
        const Tensor& value, VamlSteps steps)
      : kernel_(Evaluate(kernel)),
        policy_(Evaluate(policy)),
        reward_(Evaluate(reward)),
        value_(Evaluate(value)),
        steps_(steps) {}

  // From (x_0, a_0), or from x_0 if m = 0.
  std::vector<Outcome> From(int start) {
    outcomes_.clear();
    if (steps_.rollout_steps == 0) {
      Choose(start, 0, 1, 0);
    } else {
      Act(start, 0, 1, 0);
    }
    return outcomes_;
  }

 private:
  void Choose(int state, int step, double probability, double sum) {
    const int b = step - steps_.rollout_steps;
    if (b == steps_.bootstrap_steps) {
      sum += std::pow(kDiscount, b) * value_[state];
      outcomes_.push_back({sum, probability});
      return;
    }
    for (int action = 0; action < kActions; ++action) {
      const int row = state * kActions + action;
      Act(row, step, probability * policy_[row], sum);
    }
  }

  void Act(int row, int step, double probability, double sum) {
    const int b = step - steps_.rollout_steps;
    if (b >= 0) sum += std::pow(kDiscount, b) * reward_[row];
    for (int next = 0; next < kStates; ++next) {
      Choose(next, step + 1, probability * kernel_[row * kStates + next], sum);
    }
  }

  std::vector<double> kernel_, policy_, reward_, value_;
  VamlSteps steps_;
  std::vector<Outcome> outcomes_;
};

struct Problem {
  explicit Problem(Graph& graph)
      : kernel(Softmax(DrawConstant(graph, {kRows, kStates}, 1))),
        model(Softmax(DrawConstant(graph, {kRows, kStates}, 2))),
        policy(Softmax(DrawConstant(graph, {kStates, kActions}, 3))),
        reward(DrawConstant(graph, {kRows}, 4)),
        value(DrawConstant(graph, {kStates}, 5)),
        target_value(DrawConstant(graph, {kStates}, 6)) {}

  Tensor kernel, model, policy, reward, value, target_value;
};

class WithPolicy : public testing::TestWithParam<VamlSteps> {};

TEST_P(WithPolicy, ExpectationsAreThoseOverEveryPath) {
  constexpr double kWeight = 0.5;
  const VamlSteps steps = GetParam();
  Graph graph;
  const Problem p(graph);
  const Moments value =
      ValueMoments(p.model, p.value, steps.rollout_steps, p.policy);
  const Moments target = TargetMoments(p.kernel, p.reward, kDiscount,
                                       p.target_value, steps, p.policy);
  const std::vector<double> vaml = Evaluate(ExactVaml(value, target, kWeight));
  const std::vector<double> variance = Evaluate(value.variance);
  const size_t starts = steps.rollout_steps == 0 ? kStates : kRows;
  ASSERT_EQ(vaml.size(), starts);
  ASSERT_EQ(variance.size(), starts);
  Walks values(p.model, p.policy, p.reward, p.value, {steps.rollout_steps, 0});
  Walks targets(p.kernel, p.policy, p.reward, p.target_value, steps);
  for (size_t start = 0; start < starts; ++start) {
    double mean = 0, mean_square = 0, one_sample = 0;
    for (const Outcome& v : values.From(static_cast<int>(start))) {
      mean += v.probability * v.value;
      mean_square += v.probability * v.value * v.value;
      for (const Outcome& y : targets.From(static_cast<int>(start))) {
        one_sample += v.probability * y.probability * (v.value - y.value) *
                      (v.value - y.value);
      }
    }
    const double expected_variance = mean_square - mean * mean;
    EXPECT_NEAR(variance[start], expected_variance, 1e-12);
    EXPECT_NEAR(vaml[start], one_sample - (1 - kWeight) * expected_variance,
                1e-12);
  }
}

// With respect to the model's logits, V, the real kernel's logits, r, V̄ and the
// policy's logits.
TEST_P(WithPolicy, GradientEqualsFiniteDifferences) {
  const VamlSteps steps = GetParam();
  const auto record = [&](const Tensors& x) {
    const Tensor policy = Softmax(x[5]);
    return ExactVaml(
        ValueMoments(Softmax(x[0]), x[1], steps.rollout_steps, policy),
        TargetMoments(Softmax(x[2]), x[3], kDiscount, x[4], steps, policy),
        0.5);
  };
  const autodiff::GradientReport report = autodiff::CheckGradients(
      record,
      {DrawValues({kRows, kStates}, 1, -1, 1), DrawValues({kStates}, 2),
       DrawValues({kRows, kStates}, 3, -1, 1), DrawValues({kRows}, 4),
       DrawValues({kStates}, 5), DrawValues({kStates, kActions}, 6, -1, 1)});
  EXPECT_LT(report.worst_error, 1e-9) << report.worst_element;
}

// Bit for bit, gradients included.
TEST_P(WithPolicy, OneActionIsAsGoodAsNone) {
  const VamlSteps steps = GetParam();
  Graph graph;
  const SmallProblem p(graph);
  const auto elements = [&](const Policy& policy) {
    const Tensor loss =
        ExactVaml(ValueMoments(p.model, p.value, steps.rollout_steps, policy),
                  TargetMoments(p.transitions, p.reward, p.discount,
                                p.target_value, steps, policy),
                  0.5);
    std::vector<double> all = Evaluate(loss);
    for (const Tensor& gradient :
         Gradients(Sum(loss), {p.logits, p.value, p.reward, p.target_value})) {
      for (const double element : Evaluate(gradient)) all.push_back(element);
    }
    return all;
  };
  const Tensor one = graph.Constant({1, 1, 1, 1}, {4, 1});
  EXPECT_EQ(elements(one), elements({}));
}

INSTANTIATE_TEST_SUITE_P(
    All, WithPolicy,
    testing::Values(VamlSteps{0, 0}, VamlSteps{0, 1}, VamlSteps{0, 2},
                    VamlSteps{1, 0}, VamlSteps{1, 1}, VamlSteps{1, 2},
                    VamlSteps{2, 0}, VamlSteps{2, 1}, VamlSteps{2, 2}),
    [](const testing::TestParamInfo<VamlSteps>& steps) {
      return absl::StrCat("m", steps.param.rollout_steps, "b",
                          steps.param.bootstrap_steps);
    });

}  // namespace
}  // namespace losses
