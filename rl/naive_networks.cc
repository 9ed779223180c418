#include "rl/naive_networks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/parameters.h"
#include "autodiff/state.h"
#include "losses/hl_gauss.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"

namespace rl {
namespace {

using Vector = NaiveNetworks::Vector;

Vector Joined(Vector a, const Vector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Vector Softmax(Vector x) {
  double total = 0;
  for (double& element : x) total += element = std::exp(element);
  for (double& element : x) element /= total;
  return x;
}

}  // namespace

NaiveNetworks::NaiveNetworks(const AgentParts& parts,
                             autodiff::State<double>& state)
    : config_(parts.config.network) {
  for (const autodiff::ParameterGroup* group :
       {&parts.encoder_group, &parts.model_group, &parts.critic_group,
        &parts.actor_group}) {
    const absl::Span<const double> block = state.Reals(group->flat());
    for (const autodiff::Tensor& parameter : group->parameters()) {
      const absl::Span<const double> values =
          block.subspan(parameter.node().attributes.Int("offset"),
                        parameter.shape().elements());
      parameters_[parameter.node().name] = {values.begin(), values.end()};
    }
  }
}

Vector NaiveNetworks::Linear(const std::string& name, const Vector& x) const {
  const Vector& weight = parameters_.at(name + "/weight");
  Vector y = parameters_.at(name + "/bias");
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < y.size(); ++j)
      y[j] += x[i] * weight[i * y.size() + j];
  }
  return y;
}

Vector NaiveNetworks::Norm(const std::string& name, Vector x) const {
  const auto size = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double element : x) mean += element / size;
  for (const double element : x) {
    variance += (element - mean) * (element - mean) / size;
  }
  const Vector& scale = parameters_.at(name + "/scale");
  const Vector& offset = parameters_.at(name + "/offset");
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] = (x[i] - mean) / std::sqrt(variance + 1e-6) * scale[i] + offset[i];
  }
  return x;
}

Vector NaiveNetworks::Hidden(const std::string& name, const Vector& x) const {
  Vector y = Norm(name + "/norm", Linear(name, x));
  for (double& element : y) {
    element *= std::tanh(std::log1p(std::exp(element)));
  }
  return y;
}

Vector NaiveNetworks::Mlp(const std::string& name, const Vector& x) const {
  return Linear(name + "/output",
                Hidden(name + "/hidden1", Hidden(name + "/hidden0", x)));
}

Vector NaiveNetworks::Latent(const std::string& name,
                             const Vector& features) const {
  Vector y = Linear(name, features);
  if (config_.latent_norm == LatentNorm::kNone) return y;
  y = Norm(name + "/norm", y);
  if (config_.latent_norm == LatentNorm::kLayerNorm) return y;
  Vector z;
  for (size_t i = 0; i < y.size(); i += config_.simnorm_group) {
    z = Joined(z, Softmax(Vector(y.begin() + i,
                                 y.begin() + i + config_.simnorm_group)));
  }
  return z;
}

Vector NaiveNetworks::Encode(const Vector& observation) const {
  return Latent("encoder/latent", Hidden("encoder/hidden0", observation));
}

Vector NaiveNetworks::Mean(const Vector& latent, const Vector& action) const {
  return Latent("dynamics/latent",
                Hidden("dynamics/hidden1",
                       Hidden("dynamics/hidden0", Joined(latent, action))));
}

Vector NaiveNetworks::LogStd(const Vector& latent, const Vector& action) const {
  Vector u = Linear("dynamics/log_std",
                    Hidden("dynamics/hidden1",
                           Hidden("dynamics/hidden0", Joined(latent, action))));
  const double low = config_.log_std_low, high = config_.log_std_high;
  for (double& element : u) {
    element = low + (high - low) * (1 + std::tanh(element)) / 2;
  }
  return u;
}

double NaiveNetworks::Reward(const Vector& latent, const Vector& action) const {
  return Mlp("reward", Joined(latent, action))[0];
}

double NaiveNetworks::Value(int critic, const Vector& latent,
                            const Vector& action) const {
  Vector output =
      Mlp("critic" + std::to_string(critic), Joined(latent, action));
  if (config_.critic_head == CriticHead::kScalar) return output[0];
  const losses::HlGaussConfig& bins = config_.hl_gauss;
  const double h = bins.bin_width();
  const double scale = 1 / (std::sqrt(2) * bins.sigma * h);
  const auto cdf = [&](double edge) { return std::erf(edge * scale); };
  const auto centre = [&](size_t i) {
    return bins.lowest + static_cast<double>(i) * h;
  };
  const double total = cdf(bins.highest + h / 2) - cdf(bins.lowest - h / 2);
  for (size_t i = 0; i < output.size(); ++i) {
    output[i] += config_.critic_prior *
                 (cdf(centre(i) + h / 2) - cdf(centre(i) - h / 2)) / total;
  }
  const Vector mass = Softmax(output);
  double value = 0;
  for (size_t i = 0; i < mass.size(); ++i) value += mass[i] * centre(i);
  return value;
}

Vector NaiveNetworks::Policy(const Vector& latent) const {
  Vector action = Mlp("actor", latent);
  for (double& element : action) element = std::tanh(element);
  return action;
}

}  // namespace rl
