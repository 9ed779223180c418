#include "experiments/inspect/modules.h"

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/tensor.h"
#include "rl/agent_parts.h"

namespace experiments {
namespace {

using autodiff::Node;
using autodiff::Tensor;

constexpr absl::string_view kGradient = " gradient";

class Modules {
 public:
  explicit Modules(const rl::AgentParts& agent)
      : graph_(agent.update_random.graph()) {
    for (const autodiff::ParameterGroup* group :
         {&agent.encoder_group, &agent.model_group, &agent.critic_group,
          &agent.actor_group}) {
      AddBlock(*group, group->flat(), "");
    }
    AddBlock(agent.critic_group, agent.target_critics, "target ");
  }

  std::vector<std::string> Find() {
    for (int id = 0; id < graph_.size(); ++id) modules_.push_back(Of(id));
    return std::move(modules_);
  }

 private:
  // "critic1" for the parameter "critic1/hidden0/weight", by where it begins.
  void AddBlock(const autodiff::ParameterGroup& group, const Tensor& variable,
                const char* prefix) {
    for (const Tensor& parameter : group.parameters()) {
      const std::string& name = parameter.node().name;
      blocks_[variable.id()][parameter.node().attributes.Int("offset")] =
          absl::StrCat(prefix, name.substr(0, name.find('/')));
    }
    block_sizes_.push_back(variable.shape().elements());
  }

  // The network of the parameter that the node looks at; empty if none.
  std::string ParameterOf(int id) const {
    int64_t offset = 0;
    bool view = false;
    while (true) {
      const Node& node = graph_.node(id);
      if (node.op == &autodiff::kView) {
        view = true;
        offset += node.attributes.Int("offset");
      } else if (node.op != &autodiff::kReshape &&
                 node.op != &autodiff::kStopGradient) {
        break;
      }
      id = node.inputs[0];
    }
    const auto block = blocks_.find(graph_.VariableOf(id));
    if (!view || block == blocks_.end()) return "";
    return std::prev(block->second.upper_bound(offset))->second;
  }

  bool IsBlock(int id) const {
    for (const int64_t size : block_sizes_) {
      if (graph_.node(id).elements() == size) return true;
    }
    return false;
  }

  std::string Of(int id) const {
    const Node& node = graph_.node(id);
    if (IsBlock(id)) return "optimiser";
    if (node.op == &autodiff::kUniform ||
        node.op == &autodiff::kNormalFromUniform) {
      return "random numbers";
    }
    if (node.gradient_of >= 0) {
      return absl::StrCat(
          absl::StripSuffix(modules_[node.gradient_of], kGradient), kGradient);
    }
    if (std::string parameter = ParameterOf(id); !parameter.empty()) {
      return parameter;
    }
    const absl::string_view file = node.where.file_name();
    if (absl::EndsWith(file, "rl/mlp.cc") ||
        absl::EndsWith(file, "rl/networks.cc")) {
      for (const int input : node.inputs) {
        if (std::string read = ParameterOf(input); !read.empty()) return read;
      }
      return node.inputs.empty() ? "losses" : modules_[node.inputs[0]];
    }
    return absl::EndsWith(file, "rl/planner.cc") ? "planner" : "losses";
  }

  const autodiff::Graph& graph_;
  std::map<int, std::map<int64_t, std::string>> blocks_;  // by variable
  std::vector<int64_t> block_sizes_;
  std::vector<std::string> modules_;
};

}  // namespace

std::vector<std::string> ModulesOf(const rl::AgentParts& agent) {
  return Modules(agent).Find();
}

}  // namespace experiments
