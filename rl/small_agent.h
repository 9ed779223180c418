// Agents so small that tests can try every parameter.
#ifndef RL_SMALL_AGENT_H_
#define RL_SMALL_AGENT_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/tensor.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/update.h"

namespace rl {

// CVAML of a stochastic model, b = 0, all sizes a few, values of order one.
AgentConfig SmallConfig();
// VAML of a deterministic one.
AgentConfig SmallDeterministicConfig();

struct Variant {
  std::string name;
  AgentConfig config;
};
inline void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.name;
}
// Every algorithm, bootstrap step, model, head and norm.
std::vector<Variant> Variants();

// Draws all parameters, the target critics apart from the critics and no scale,
// bias or offset at its first value.
template <typename T>
void DrawParameters(const AgentParts& parts, uint64_t seed,
                    autodiff::State<T>& state);

// A batch of random transitions.
struct Transitions {
  std::vector<double> observations, actions, rewards;
};
Transitions DrawTransitions(const AgentConfig& config, uint64_t seed);

std::vector<double> DrawNumbers(int64_t size, uint64_t seed);

// The whole update of a small agent, ready to run on drawn transitions.
template <typename T>
class SmallUpdate {
 public:
  explicit SmallUpdate(const AgentConfig& config,
                       const autodiff::ProgramOptions& options = {});

  void Run() { program_.Run(); }

  autodiff::Graph& graph() { return graph_; }
  const AgentParts& parts() const { return parts_; }
  const Batch& batch() const { return batch_; }
  const Update& update() const { return update_; }
  autodiff::State<T>& state() { return state_; }

  double Metric(const std::string& name) const;
  // A group's gradient: encoder, model, critics, actor.
  std::vector<double> Gradient(int i) const;
  // What a real variable holds.
  std::vector<double> Block(const autodiff::Tensor& variable);
  // The bytes of all state.
  std::string Bytes();
  void SetBytes(const std::string& bytes);

 private:
  autodiff::Graph graph_;
  AgentParts parts_;
  Batch batch_;
  Update update_;
  autodiff::State<T> state_;
  autodiff::Program<T> program_;
};

}  // namespace rl

#endif  // RL_SMALL_AGENT_H_
