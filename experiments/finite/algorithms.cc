#include "experiments/finite/algorithms.h"

#include <utility>

namespace experiments {
namespace {

constexpr std::pair<const char*, Algorithm> kAlgorithms[] = {
    {"mle", Algorithm::kMle},
    {"vaml_1_0", Algorithm::kVaml10},
    {"cvaml_1_0", Algorithm::kCvaml10},
    {"vaml_1_1", Algorithm::kVaml11},
    {"cvaml_1_1", Algorithm::kCvaml11}};

constexpr std::pair<const char*, Estimator> kEstimators[] = {
    {"exact", Estimator::kExact}, {"sampled", Estimator::kSampled}};

constexpr std::pair<const char*, StartValue> kStartValues[] = {
    {"model", StartValue::kModel},
    {"environment", StartValue::kEnvironment},
    {"none", StartValue::kNone}};

template <typename Table>
auto Find(const Table& table, absl::string_view name)
    -> std::optional<decltype(table[0].second)> {
  for (const auto& [key, value] : table) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Algorithm> AlgorithmNamed(absl::string_view name) {
  return Find(kAlgorithms, name);
}

std::vector<std::string> AlgorithmNames() {
  std::vector<std::string> names;
  for (const auto& [name, algorithm] : kAlgorithms) names.emplace_back(name);
  return names;
}

std::optional<Estimator> EstimatorNamed(absl::string_view name) {
  return Find(kEstimators, name);
}

std::optional<StartValue> StartValueNamed(absl::string_view name) {
  return Find(kStartValues, name);
}

}  // namespace experiments
