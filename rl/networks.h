// The agent's networks (section 7 and table 2 of the paper). Each is a function
// of its inputs and of a block, its group's parameters in one version: the
// present ones (group.flat()), updated ones, a target.
#ifndef RL_NETWORKS_H_
#define RL_NETWORKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autodiff/parameters.h"
#include "autodiff/tensor.h"
#include "rl/agent_config.h"
#include "rl/mlp.h"

namespace rl {

// A linear layer into the latent space with the latent normalisation: SimNorm
// is LayerNorm and a softmax over each group of neighbours.
class LatentHead {
 public:
  LatentHead(autodiff::ParameterGroup& group, const std::string& name,
             const NetworkConfig& config);

  // Before the softmax of SimNorm; the latent itself for other norms.
  autodiff::Tensor Logits(const autodiff::Tensor& block,
                          const autodiff::Operand& features) const;
  autodiff::Tensor FromLogits(const autodiff::Tensor& logits) const;

 private:
  NetworkConfig config_;
  Linear linear_;
  std::optional<LayerNorm> norm_;
};

// φ: observation [..., observation] → latent [..., latent].
class Encoder {
 public:
  Encoder(autodiff::ParameterGroup& group, const AgentConfig& config);

  autodiff::Tensor operator()(const autodiff::Tensor& block,
                              const autodiff::Operand& observation) const;

 private:
  Trunk trunk_;
  LatentHead head_;
};

// p̂(z' | z, a): a point, or a diagonal Gaussian.
struct LatentPrediction {
  autodiff::Tensor mean;     // [..., latent]: of z', or z' itself
  autodiff::Tensor logits;   // of mean, before SimNorm's softmax
  autodiff::Tensor log_std;  // [..., latent]; none of a deterministic model
};

// Dynamics and reward. log σ = low + ½ (high − low) (1 + tanh u).
class LatentModel {
 public:
  LatentModel(autodiff::ParameterGroup& group, const AgentConfig& config);

  // latent [..., latent], action [..., action]; leading axes broadcast.
  LatentPrediction Predict(const autodiff::Tensor& block,
                           const autodiff::Operand& latent,
                           const autodiff::Operand& action) const;
  // r̂(z, a): [...].
  autodiff::Tensor Reward(const autodiff::Tensor& block,
                          const autodiff::Operand& latent,
                          const autodiff::Operand& action) const;

 private:
  NetworkConfig config_;
  Trunk trunk_;
  LatentHead mean_;
  std::optional<Linear> log_std_;
  Mlp reward_;
};

// [leading..., ..., latent]: samples μ + σ ε, not normalised again, with noise
// drawn from `random_state` (Normal); the prediction itself of a deterministic
// model, which has one: `leading` is {1} or empty.
autodiff::Tensor SampleLatent(const LatentPrediction& prediction,
                              const std::vector<int64_t>& leading,
                              const autodiff::Tensor& random_state);

// Q₁ and Q₂: (z, a) → value, each a network of its own in one group.
class TwinCritics {
 public:
  TwinCritics(autodiff::ParameterGroup& group, const AgentConfig& config);

  // Heads' outputs [..., bins] ([..., 1] of a scalar head), one per critic.
  autodiff::Tensors Outputs(const autodiff::Tensor& block,
                            const autodiff::Operand& latent,
                            const autodiff::Operand& action) const;
  // What a head's output says: [...].
  autodiff::Tensor Value(const autodiff::Tensor& output) const;
  // Value of each critic's output.
  autodiff::Tensors Values(const autodiff::Tensor& block,
                           const autodiff::Operand& latent,
                           const autodiff::Operand& action) const;
  // Loss of an output for targets y [...]: HL-Gauss cross-entropy or (Q − y)².
  autodiff::Tensor Loss(const autodiff::Tensor& output,
                        const autodiff::Operand& target) const;

 private:
  NetworkConfig config_;
  Mlp first_, second_;
};

// π: latent [..., latent] → action [..., action] in (−1, 1).
class Actor {
 public:
  Actor(autodiff::ParameterGroup& group, const AgentConfig& config);

  // What π is the tanh of.
  autodiff::Tensor BeforeTanh(const autodiff::Tensor& block,
                              const autodiff::Operand& latent) const;
  autodiff::Tensor operator()(const autodiff::Tensor& block,
                              const autodiff::Operand& latent) const;

 private:
  Mlp mlp_;
};

}  // namespace rl

#endif  // RL_NETWORKS_H_
