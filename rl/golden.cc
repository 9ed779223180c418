#include "rl/golden.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "losses/vaml.h"
#include "rl/agent_config.h"

namespace rl {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  return bytes.str();
}

bool SetWord(AgentConfig& config, const std::string& name,
             const std::string& word) {
  using losses::ModelKind;
  const auto choose = [&word](auto& field, const auto& choices) {
    const auto found = choices.find(word);
    if (found == choices.end()) return false;
    field = found->second;
    return true;
  };
  if (name == "latent_norm") {
    return choose(
        config.network.latent_norm,
        std::map<std::string, LatentNorm>{{"simnorm", LatentNorm::kSimNorm},
                                          {"layernorm", LatentNorm::kLayerNorm},
                                          {"none", LatentNorm::kNone}});
  }
  if (name == "model") {
    return choose(config.network.model,
                  std::map<std::string, ModelKind>{
                      {"deterministic", ModelKind::kDeterministic},
                      {"stochastic", ModelKind::kStochastic}});
  }
  if (name == "critic_head") {
    return choose(
        config.network.critic_head,
        std::map<std::string, CriticHead>{{"hl_gauss", CriticHead::kHlGauss},
                                          {"scalar", CriticHead::kScalar}});
  }
  if (name == "algorithm") {
    return choose(config.loss.algorithm,
                  std::map<std::string, Algorithm>{{"vaml", Algorithm::kVaml},
                                                   {"cvaml", Algorithm::kCvaml},
                                                   {"td3", Algorithm::kTd3}});
  }
  if (name == "auxiliary") {
    return choose(config.loss.auxiliary,
                  std::map<std::string, AuxiliaryLoss>{
                      {"byol", AuxiliaryLoss::kByol},
                      {"byol_cross_entropy", AuxiliaryLoss::kByolCrossEntropy},
                      {"gaussian_nll", AuxiliaryLoss::kGaussianNll}});
  }
  return false;
}

bool SetNumber(AgentConfig& config, const std::string& name, double number) {
  NetworkConfig& network = config.network;
  LossConfig& loss = config.loss;
  UpdateConfig& update = config.update;
  PlannerConfig& planner = config.planner;
  const std::map<std::string, int64_t*> integers = {
      {"observation_size", &config.observation_size},
      {"action_size", &config.action_size},
      {"width", &network.width},
      {"latent_size", &network.latent_size},
      {"simnorm_group", &network.simnorm_group},
      {"bins", &network.hl_gauss.bins},
      {"model_samples", &loss.model_samples},
      {"batch_size", &update.batch_size},
      {"horizon", &planner.horizon},
      {"iterations", &planner.iterations},
      {"samples", &planner.samples},
      {"elites", &planner.elites},
      {"planner_model_samples", &planner.model_samples},
  };
  const std::map<std::string, int*> steps = {
      {"rollout_steps", &loss.rollout_steps},
      {"bootstrap_steps", &loss.bootstrap_steps},
  };
  const std::map<std::string, bool*> switches = {
      {"sum_steps", &loss.sum_steps},
      {"model_action", &loss.model_action},
  };
  const std::map<std::string, double*> reals = {
      {"log_std_low", &network.log_std_low},
      {"log_std_high", &network.log_std_high},
      {"lowest", &network.hl_gauss.lowest},
      {"highest", &network.hl_gauss.highest},
      {"sigma", &network.hl_gauss.sigma},
      {"critic_prior", &network.critic_prior},
      {"value_scale", &loss.value_scale},
      {"reward_weight", &loss.reward_weight},
      {"auxiliary_weight", &loss.auxiliary_weight},
      {"vaml_weight", &loss.vaml_weight},
      {"discount", &update.discount},
      {"proportion_real", &update.proportion_real},
      {"target_rate", &update.target_rate},
      {"gradient_clip", &update.gradient_clip},
      {"encoder_learning_rate", &update.encoder_learning_rate},
      {"learning_rate", &update.learning_rate},
      {"actor_penalty", &update.actor_penalty},
      {"temperature", &planner.temperature},
      {"std_low", &planner.std_low},
      {"std_high", &planner.std_high},
  };
  const auto set = [&](const auto& fields) {
    const auto found = fields.find(name);
    if (found == fields.end()) return false;
    using Field = std::remove_reference_t<decltype(*found->second)>;
    *found->second = static_cast<Field>(number);
    return true;
  };
  return set(integers) || set(steps) || set(switches) || set(reals);
}

bool SetSetting(AgentConfig& config, const std::string& name,
                const std::string& value) {
  double number = 0;
  return absl::SimpleAtod(value, &number) ? SetNumber(config, name, number)
                                          : SetWord(config, name, value);
}

// Adds what a line says; arrays take their numbers off the front.
bool AddLine(const std::vector<std::string>& words,
             absl::Span<const double>& numbers,
             std::vector<GoldenVariant>& variants) {
  if (words[0] == "variant" && words.size() == 2) {
    variants.push_back({.name = words[1]});
    return true;
  }
  if (variants.empty() || words.size() != 3) return false;
  GoldenVariant& variant = variants.back();
  if (words[0] == "setting") {
    return SetSetting(variant.config, words[1], words[2]);
  }
  int64_t size = 0;
  if (!absl::SimpleAtoi(words[2], &size) || size < 0) return false;
  if (words[0] == "parameter") {
    variant.parameters.emplace_back(words[1], size);
    return true;
  }
  if (words[0] != "array") return false;
  const auto elements = static_cast<size_t>(size);
  if (elements > numbers.size()) return false;
  variant.arrays[words[1]] = {numbers.begin(), numbers.begin() + size};
  numbers.remove_prefix(elements);
  return true;
}

}  // namespace

absl::Span<const double> GoldenVariant::Array(const std::string& array) const {
  const auto found = arrays.find(array);
  if (found == arrays.end()) {
    std::cerr << name << " has no array " << array << "\n";
    std::abort();
  }
  return found->second;
}

absl::StatusOr<std::vector<GoldenVariant>> ReadGolden(const std::string& path) {
  const absl::StatusOr<std::string> index =
      ReadFile(absl::StrCat(path, ".idx"));
  if (!index.ok()) return index.status();
  const absl::StatusOr<std::string> bytes =
      ReadFile(absl::StrCat(path, ".bin"));
  if (!bytes.ok()) return bytes.status();
  std::vector<double> numbers(bytes->size() / sizeof(double));
  std::memcpy(numbers.data(), bytes->data(), numbers.size() * sizeof(double));

  absl::Span<const double> left = numbers;
  std::vector<GoldenVariant> variants;
  for (const absl::string_view line :
       absl::StrSplit(*index, '\n', absl::SkipEmpty())) {
    if (!AddLine(absl::StrSplit(line, ' '), left, variants)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ".idx has the line \"", line, "\""));
    }
  }
  if (!left.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ".bin has ", left.size(), " numbers too many"));
  }
  return variants;
}

}  // namespace rl
