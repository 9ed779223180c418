#include "losses/finite_vaml.h"

#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "losses/td.h"

namespace losses {
namespace {

using autodiff::Tensor;

// E f(x_steps) along the kernel, per start: [n] → [rows].
Tensor Propagate(const Tensor& kernel, const Tensor& f, int steps,
                 const Policy& policy) {
  const int64_t n = f.shape()[0];
  Tensor column = Reshape(f, {n, 1});
  for (int i = 0; i < steps; ++i) {
    if (i > 0) column = Reshape(AverageOverActions(policy, column), {n, 1});
    column = MatMul(kernel, column);
  }
  return Reshape(column, {column.shape()[0]});
}

// [n, samples]: row i holds i.
Tensor StartStates(const Tensor& kernel, int64_t samples) {
  const int64_t n = kernel.shape()[0];
  std::vector<double> states;
  for (int64_t i = 0; i < n; ++i) {
    states.insert(states.end(), samples, static_cast<double>(i));
  }
  return kernel.graph().Constant(states, {n, samples},
                                 autodiff::ElementType::kIndex);
}

// One next state for each state in `from`, with a last axis of size 1.
Tensor SampleNext(const Tensor& kernel, const Tensor& from,
                  const Tensor& random_state) {
  std::vector<int64_t> sizes = from.shape().sizes();
  sizes.push_back(1);
  const Tensor uniform = Uniform(random_state, autodiff::Shape(sizes));
  return Categorical(Gather(kernel, from), uniform);
}

}  // namespace

Tensor AverageOverActions(const Policy& policy, const Tensor& f) {
  if (!policy.has_value()) return f;
  return Sum(*policy * Reshape(f, policy->shape().sizes()), {-1});
}

Moments ValueMoments(const Tensor& kernel, const Tensor& value,
                     int rollout_steps, const Policy& policy) {
  const Tensor mean = Propagate(kernel, value, rollout_steps, policy);
  const Tensor second = Propagate(kernel, Square(value), rollout_steps, policy);
  return {mean, second - Square(mean)};
}

Moments TargetMoments(const Tensor& kernel, const Tensor& reward,
                      double discount, const Tensor& target_value,
                      VamlSteps steps, const Policy& policy) {
  // From state x on: G_0 = V̄(x), G_b = r(x, a) + γ G_{b−1}(x') with a ~ π(x).
  Tensor mean = target_value, second = Square(target_value);
  for (int b = 0; b < steps.bootstrap_steps; ++b) {
    const Tensor next_mean = discount * Propagate(kernel, mean, 1, policy);
    const Tensor next_second =
        discount * discount * Propagate(kernel, second, 1, policy);
    second = AverageOverActions(
        policy, Square(reward) + 2 * reward * next_mean + next_second);
    mean = AverageOverActions(policy, reward + next_mean);
  }
  mean = Propagate(kernel, mean, steps.rollout_steps, policy);
  second = Propagate(kernel, second, steps.rollout_steps, policy);
  return {mean, second - Square(mean)};
}

Tensor ExactVaml(const Moments& value, const Moments& target,
                 double variance_weight) {
  const Tensor calibrated = Square(value.mean - target.mean) + target.variance;
  if (variance_weight == 0) return calibrated;
  return calibrated + variance_weight * value.variance;
}

Rollouts SampleRollouts(const Tensor& kernel, const Tensor& log_kernel,
                        const Tensor& random_state, int rollout_steps,
                        int64_t samples) {
  Tensor state = StartStates(kernel, samples);
  const std::vector<int64_t> sizes = state.shape().sizes();
  Tensor log_probability = kernel.graph().Constant({0}, {sizes[0]});
  for (int i = 0; i < rollout_steps; ++i) {
    const Tensor next = SampleNext(kernel, state, random_state);
    const Tensor step = Take(Gather(log_kernel, state), next);
    log_probability = log_probability + Sum(Reshape(step, sizes), {-1});
    state = Reshape(next, sizes);
  }
  return {state, log_probability};
}

Tensor SampleTarget(const Tensor& kernel, const Tensor& reward, double discount,
                    const Tensor& target_value, const Tensor& random_state,
                    VamlSteps steps) {
  const std::vector<int64_t> sizes = {kernel.shape()[0]};
  Tensor state = Reshape(StartStates(kernel, 1), sizes);
  const auto step = [&] {
    state = Reshape(SampleNext(kernel, state, random_state), sizes);
  };
  for (int i = 0; i < steps.rollout_steps; ++i) step();
  autodiff::Tensors rewards;
  for (int j = 0; j < steps.bootstrap_steps; ++j) {
    rewards.push_back(Gather(reward, state));
    step();
  }
  return BootstrapTarget(rewards, discount, Gather(target_value, state));
}

}  // namespace losses
