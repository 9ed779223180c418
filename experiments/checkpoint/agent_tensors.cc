#include "experiments/checkpoint/agent_tensors.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/tensor.h"
#include "rl/agent.h"
#include "rl/agent_parts.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

using autodiff::ElementType;
using autodiff::Node;
using autodiff::ParameterGroup;

// The bytes of one tensor of the agent's.
struct Place {
  std::string name;
  safetensors::ElementType type;
  std::vector<int64_t> shape;
  absl::Span<std::byte> bytes;
};

// The group in whose layout a variable is, or null.
const ParameterGroup* LayoutOf(const rl::AgentParts& parts,
                               const std::string& variable) {
  if (variable == parts.target_critics.node().name) return &parts.critic_group;
  for (const ParameterGroup* group :
       {&parts.encoder_group, &parts.model_group, &parts.critic_group,
        &parts.actor_group}) {
    for (const char* block : {"", "/adam/m", "/adam/v"}) {
      if (variable == absl::StrCat(group->name(), block)) return group;
    }
  }
  return nullptr;
}

std::vector<Place> PlacesOf(rl::Agent& agent) {
  const rl::AgentParts& parts = agent.parts();
  const autodiff::Graph& graph = parts.update_random.graph();
  std::vector<Place> places;
  for (int id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.op != &autodiff::kVariable) continue;
    const absl::Span<std::byte> bytes = agent.state().Bytes(node.name);
    const ParameterGroup* const group = LayoutOf(parts, node.name);
    if (group == nullptr) {
      places.push_back({.name = node.name,
                        .type = node.type.element == ElementType::kReal
                                    ? safetensors::ElementType::kF32
                                    : safetensors::ElementType::kI32,
                        .shape = node.type.shape.sizes(),
                        .bytes = bytes});
      continue;
    }
    const std::string prefix =
        node.name == group->name() ? "" : absl::StrCat(node.name, "/");
    for (const autodiff::Tensor& parameter : group->parameters()) {
      const Node& view = parameter.node();
      places.push_back(
          {.name = absl::StrCat(prefix, view.name),
           .type = safetensors::ElementType::kF32,
           .shape = view.type.shape.sizes(),
           .bytes = bytes.subspan(view.attributes.Int("offset") * sizeof(float),
                                  view.elements() * sizeof(float))});
    }
  }
  return places;
}

}  // namespace

std::vector<safetensors::Tensor> AgentTensors(rl::Agent& agent) {
  std::vector<safetensors::Tensor> tensors;
  for (const Place& place : PlacesOf(agent)) {
    tensors.push_back({.name = place.name,
                       .type = place.type,
                       .shape = place.shape,
                       .bytes = place.bytes});
  }
  return tensors;
}

absl::Status RestoreAgent(const safetensors::File& file, rl::Agent& agent) {
  for (const Place& place : PlacesOf(agent)) {
    absl::Span<const std::byte> bytes;
    if (place.type == safetensors::ElementType::kF32) {
      const auto found = file.Get<float>(place.name, place.shape);
      if (!found.ok()) return found.status();
      bytes =
          absl::MakeConstSpan(reinterpret_cast<const std::byte*>(found->data()),
                              place.bytes.size());
    } else {
      const auto found = file.Get<int32_t>(place.name, place.shape);
      if (!found.ok()) return found.status();
      bytes =
          absl::MakeConstSpan(reinterpret_cast<const std::byte*>(found->data()),
                              place.bytes.size());
    }
    std::memcpy(place.bytes.data(), bytes.data(), bytes.size());
  }
  return absl::OkStatus();
}

}  // namespace experiments
