#include "rl/small_agent.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/state.h"
#include "gtest/gtest.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/update.h"

namespace rl {
namespace {

using autodiff::Tensor;

autodiff::Tensors OutputsOf(const Update& update) {
  autodiff::Tensors outputs = update.whole.Outputs();
  for (const Tensor& gradient : update.gradients) outputs.push_back(gradient);
  return outputs;
}

}  // namespace

AgentConfig SmallConfig() {
  AgentConfig config{.observation_size = 3, .action_size = 2};
  config.network.width = 8;
  config.network.latent_size = 6;
  config.network.simnorm_group = 2;
  config.network.log_std_low = -2;
  config.network.hl_gauss = {.bins = 7, .lowest = -3, .highest = 3};
  config.network.critic_prior = 1;
  config.loss.model_samples = 3;
  config.loss.value_scale = 0.5;
  config.update.batch_size = 5;
  config.update.proportion_real = 0.7;  // three rows
  return config;
}

AgentConfig SmallDeterministicConfig() {
  AgentConfig config = SmallConfig();
  config.network.model = losses::ModelKind::kDeterministic;
  config.loss.algorithm = Algorithm::kVaml;
  config.loss.model_samples = 1;
  config.loss.auxiliary = AuxiliaryLoss::kByol;
  return config;
}

std::vector<Variant> Variants() {
  std::vector<Variant> variants;
  const auto add = [&](const std::string& name, AgentConfig config,
                       const std::function<void(AgentConfig&)>& change) {
    change(config);
    variants.push_back({name, config});
  };
  for (const int b : {0, 1}) {
    const std::string ending = b == 0 ? "B0" : "B1";
    for (const Algorithm algorithm : {Algorithm::kVaml, Algorithm::kCvaml}) {
      const std::string name = algorithm == Algorithm::kVaml ? "Vaml" : "Cvaml";
      const auto change = [&](AgentConfig& config) {
        config.loss.algorithm = algorithm;
        config.loss.bootstrap_steps = b;
      };
      add(absl::StrCat(name, "Deterministic", ending),
          SmallDeterministicConfig(), change);
      add(absl::StrCat(name, "Stochastic", ending), SmallConfig(), change);
    }
    add("TwoSteps" + ending, SmallConfig(), [&](AgentConfig& config) {
      config.loss.rollout_steps = 2;
      config.loss.bootstrap_steps = b;
    });
    add("SumOfSteps" + ending, SmallConfig(), [&](AgentConfig& config) {
      config.loss.rollout_steps = 2;
      config.loss.sum_steps = true;
      config.loss.bootstrap_steps = b;
    });
    add("ScalarCritic" + ending, SmallConfig(), [&](AgentConfig& config) {
      config.network.critic_head = CriticHead::kScalar;
      config.loss.bootstrap_steps = b;
    });
  }
  add("Td3", SmallConfig(),
      [](AgentConfig& config) { config.loss.algorithm = Algorithm::kTd3; });
  add("ModelFreeSteps", SmallConfig(), [](AgentConfig& config) {
    config.loss.rollout_steps = 0;
    config.loss.bootstrap_steps = 2;
    config.update.proportion_real = 1;
  });
  add("OneSample", SmallConfig(), [](AgentConfig& config) {
    config.loss.algorithm = Algorithm::kVaml;
    config.loss.model_samples = 1;
  });
  add("ModelAction", SmallConfig(),
      [](AgentConfig& config) { config.loss.model_action = true; });
  add("LayerNorm", SmallConfig(), [](AgentConfig& config) {
    config.network.latent_norm = LatentNorm::kLayerNorm;
  });
  add("NoNorm", SmallConfig(), [](AgentConfig& config) {
    config.network.latent_norm = LatentNorm::kNone;
  });
  add("CrossEntropy", SmallDeterministicConfig(), [](AgentConfig& config) {
    config.loss.auxiliary = AuxiliaryLoss::kByolCrossEntropy;
  });
  add("AllRowsReal", SmallConfig(),
      [](AgentConfig& config) { config.update.proportion_real = 1; });
  add("NoRowReal", SmallConfig(),
      [](AgentConfig& config) { config.update.proportion_real = 0; });
  add("Weights", SmallConfig(), [](AgentConfig& config) {
    config.loss.reward_weight = 0.5;
    config.loss.auxiliary_weight = 2;
    config.loss.vaml_weight = 3;
    config.loss.bootstrap_steps = 1;
  });
  return variants;
}

std::vector<double> DrawNumbers(int64_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> numbers(size);
  for (double& x : numbers) x = uniform(random);
  return numbers;
}

Transitions DrawTransitions(const AgentConfig& config, uint64_t seed) {
  const int64_t rows = config.update.batch_size, steps = config.window();
  return {DrawNumbers((steps + 1) * rows * config.observation_size, 3 * seed),
          DrawNumbers(steps * rows * config.action_size, 3 * seed + 1),
          DrawNumbers(steps * rows, 3 * seed + 2)};
}

template <typename T>
void DrawParameters(const AgentParts& parts, uint64_t seed,
                    autodiff::State<T>& state) {
  parts.Initialize(seed, state);
  // The gaps between parameters move too; nothing reads them.
  uint64_t stream = 100 * seed;
  for (const Tensor& block :
       {parts.encoder_group.flat(), parts.model_group.flat(),
        parts.critic_group.flat(), parts.actor_group.flat(),
        parts.target_critics}) {
    const absl::Span<T> numbers = state.Reals(block);
    const std::vector<double> noise = DrawNumbers(numbers.size(), ++stream);
    for (size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] += static_cast<T>(0.4 * noise[i]);
    }
  }
}

template void DrawParameters(const AgentParts&, uint64_t,
                             autodiff::State<float>&);
template void DrawParameters(const AgentParts&, uint64_t,
                             autodiff::State<double>&);

template <typename T>
SmallUpdate<T>::SmallUpdate(const AgentConfig& config,
                            const autodiff::ProgramOptions& options)
    : parts_(graph_, config),
      batch_(graph_, config),
      update_(RecordUpdate(parts_, batch_)),
      state_(graph_, options.device),
      program_(graph_, OutputsOf(update_), &state_, options) {
  EXPECT_TRUE(Validate(config).ok()) << Validate(config);
  DrawParameters(parts_, 1, state_);
  const Transitions data = DrawTransitions(config, 1);
  absl::c_copy(data.observations, program_.Input(batch_.observations).begin());
  absl::c_copy(data.actions, program_.Input(batch_.actions).begin());
  absl::c_copy(data.rewards, program_.Input(batch_.rewards).begin());
}

template <typename T>
double SmallUpdate<T>::Metric(const std::string& name) const {
  for (const auto& [metric, tensor] : update_.whole.metrics) {
    if (metric == name) return program_.Output(tensor)[0];
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

template <typename T>
std::vector<double> SmallUpdate<T>::Gradient(int i) const {
  const absl::Span<const T> block = program_.Output(update_.gradients[i]);
  return {block.begin(), block.end()};
}

template <typename T>
std::vector<double> SmallUpdate<T>::Block(const Tensor& variable) {
  const absl::Span<T> block = state_.Reals(variable);
  return {block.begin(), block.end()};
}

template <typename T>
std::string SmallUpdate<T>::Bytes() {
  std::string all;
  for (const std::string& name : state_.Names()) {
    for (const std::byte byte : state_.Bytes(name)) {
      all.push_back(static_cast<char>(byte));
    }
  }
  return all;
}

template <typename T>
void SmallUpdate<T>::SetBytes(const std::string& bytes) {
  size_t at = 0;
  for (const std::string& name : state_.Names()) {
    const absl::Span<std::byte> buffer = state_.Bytes(name);
    std::memcpy(buffer.data(), bytes.data() + at, buffer.size());
    at += buffer.size();
  }
}

template class SmallUpdate<float>;
template class SmallUpdate<double>;

}  // namespace rl
