// The agent's networks once more, for one state and action at a time, as loops
// over doubles: the oracle of tests.
#ifndef RL_NAIVE_NETWORKS_H_
#define RL_NAIVE_NETWORKS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "autodiff/state.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"

namespace rl {

class NaiveNetworks {
 public:
  using Vector = std::vector<double>;

  // With the parameters as they are in `state` now.
  NaiveNetworks(const AgentParts& parts, autodiff::State<double>& state);

  Vector Encode(const Vector& observation) const;
  Vector Mean(const Vector& latent, const Vector& action) const;
  Vector LogStd(const Vector& latent, const Vector& action) const;
  double Reward(const Vector& latent, const Vector& action) const;
  // Q₁ for critic 1, Q₂ for 2.
  double Value(int critic, const Vector& latent, const Vector& action) const;
  Vector Policy(const Vector& latent) const;

 private:
  Vector Linear(const std::string& name, const Vector& x) const;
  Vector Norm(const std::string& name, Vector x) const;
  Vector Hidden(const std::string& name, const Vector& x) const;
  Vector Mlp(const std::string& name, const Vector& x) const;
  Vector Latent(const std::string& name, const Vector& features) const;

  NetworkConfig config_;
  std::map<std::string, Vector> parameters_;
};

}  // namespace rl

#endif  // RL_NAIVE_NETWORKS_H_
