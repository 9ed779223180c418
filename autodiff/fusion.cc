#include "autodiff/fusion.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "autodiff/schedule.h"

namespace autodiff {
namespace {

int64_t Elements(const Graph& graph, int id) {
  return graph.node(id).type.shape.elements();
}

// The tensors that a node reads; the old version of an Assign is not.
std::vector<int> OperandsOf(const Node& node) {
  if (node.op == &kAssign) return {node.inputs[1]};
  return node.inputs;
}

// The node that stands for a buffer: all versions of a variable share one.
int BufferOf(const Graph& graph, const std::vector<int>& fed, int id) {
  const int owner = BufferOwner(graph, fed, id);
  return absl::c_linear_search(fed, owner) ? owner : graph.VariableOf(owner);
}

// True if element i of node `id` is element i of its buffer, for all i of it.
bool IsWhole(const Graph& graph, const std::vector<int>& fed, int id) {
  return Elements(graph, id) == Elements(graph, BufferOwner(graph, fed, id));
}

// Collects the nodes of one chain while it can grow.
class ChainBuilder {
 public:
  ChainBuilder(const Graph& graph, const std::vector<int>& fed)
      : graph_(graph), fed_(fed) {}

  bool Add(int id) {
    const Node& node = graph_.node(id);
    const int64_t size = node.type.shape.elements();
    if (!nodes_.empty() && size != Elements(graph_, nodes_[0])) return false;
    std::vector<int> elsewhere;  // buffers read at other places than written
    for (int operand : OperandsOf(node)) {
      const int buffer = BufferOf(graph_, fed_, operand);
      if (Elements(graph_, operand) == size && IsWhole(graph_, fed_, operand)) {
        continue;
      }
      if (written_.contains(buffer)) return false;
      elsewhere.push_back(buffer);
    }
    const int target = BufferOf(graph_, fed_, id);
    if (read_elsewhere_.contains(target) ||
        absl::c_linear_search(elsewhere, target)) {
      return false;
    }
    read_elsewhere_.insert(elsewhere.begin(), elsewhere.end());
    written_.insert(target);
    nodes_.push_back(id);
    return true;
  }

  std::vector<int> Take() {
    written_.clear();
    read_elsewhere_.clear();
    return std::move(nodes_);
  }

 private:
  const Graph& graph_;
  const std::vector<int>& fed_;
  std::vector<int> nodes_;
  std::set<int> written_, read_elsewhere_;  // buffers
};

}  // namespace

bool IsElementwise(const Node& node) {
  return node.op->tile_float != nullptr &&
         node.type.element == ElementType::kReal;
}

std::vector<std::vector<int>> MakeSteps(const Graph& graph,
                                        const std::vector<int>& fed,
                                        const std::vector<int>& schedule,
                                        bool fuse) {
  std::vector<std::vector<int>> steps;
  ChainBuilder chain(graph, fed);
  const auto close = [&] {
    std::vector<int> nodes = chain.Take();
    if (!nodes.empty()) steps.push_back(std::move(nodes));
  };
  for (int id : schedule) {
    const OpKind kind = graph.node(id).op->kind;
    if (kind == OpKind::kSource || kind == OpKind::kAlias ||
        absl::c_linear_search(fed, id)) {
      continue;
    }
    if (!IsElementwise(graph.node(id))) {
      close();
      steps.push_back({id});
      continue;
    }
    if (fuse && chain.Add(id)) continue;
    close();
    chain.Add(id);
  }
  close();
  return steps;
}

bool MayOverwrite(const Graph& graph, const std::vector<int>& fed,
                  const std::vector<int>& chain, int input, int output) {
  bool written = false;
  for (int id : chain) {
    for (int operand : OperandsOf(graph.node(id))) {
      if (BufferOwner(graph, fed, operand) != input) continue;
      if (written || Elements(graph, operand) != Elements(graph, output)) {
        return false;
      }
    }
    written |= id == output;
  }
  return true;
}

}  // namespace autodiff
