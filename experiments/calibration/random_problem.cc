#include "experiments/calibration/random_problem.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/tensor.h"
#include "envs/garnet.h"
#include "envs/markov_reward_process.h"
#include "experiments/calibration/expected_loss.h"

namespace experiments {

RandomProblem DrawProblem(uint64_t seed, int number, int states) {
  std::seed_seq seeds{seed & 0xffffffff, seed >> 32,
                      static_cast<uint64_t>(number)};
  std::mt19937_64 random(seeds);
  std::uniform_real_distribution<double> log_temperature(-1, 1);
  std::normal_distribution<double> normal;
  const double temperature = std::pow(10, log_temperature(random));
  const envs::MarkovRewardProcess garnet =
      envs::MakeGarnet({.states = states,
                        .successors = std::min(states, 3),
                        .temperature = temperature},
                       random());
  Eigen::VectorXd value(states);
  for (double& element : value) element = normal(random);
  return {.transitions = garnet.transitions,
          .rewards = garnet.rewards,
          .value = value,
          .model = envs::MakeGarnet({.states = states, .successors = states},
                                    random())
                       .transitions};
}

Eigen::VectorXd WithMean(const Eigen::VectorXd& q, const Eigen::VectorXd& value,
                         double y) {
  const double mean = q.dot(value);
  Eigen::Index end = 0;
  const double end_value =
      mean > y ? value.minCoeff(&end) : value.maxCoeff(&end);
  if (end_value == mean) return q;
  const double share = (y - mean) / (end_value - mean);
  Eigen::VectorXd mixed = (1 - share) * q;
  mixed[end] += share;
  return mixed;
}

Eigen::VectorXd WithLeastVariance(const Eigen::VectorXd& value, double y) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Eigen::Index below = 0, above = 0;
  (value.array() <= y).select(value.array(), -kInfinity).maxCoeff(&below);
  (value.array() >= y).select(value.array(), kInfinity).minCoeff(&above);
  Eigen::VectorXd q = Eigen::VectorXd::Zero(value.size());
  const double gap = value[above] - value[below];
  const double share = gap > 0 ? (y - value[below]) / gap : 0;
  q[below] += 1 - share;
  q[above] += share;
  return q;
}

FiniteProblem InputProblem(autodiff::Graph& graph, int states) {
  const int64_t n = states;
  const autodiff::Tensor value = graph.Input("V", {n});
  return {.transitions = graph.Input("transitions", {n, n}),
          .reward = graph.Input("reward", {n}),
          .target_value = value,
          .model = graph.Input("model", {n, n}),
          .value = value};
}

void Write(const Eigen::MatrixXd& matrix, absl::Span<double> input) {
  Eigen::Map<
      Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      input.data(), matrix.rows(), matrix.cols()) = matrix;
}

}  // namespace experiments
