#include "autodiff/fusion.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "autodiff/schedule.h"

namespace autodiff {

int BufferOf(const Graph& graph, const std::vector<int>& fed, int id) {
  const int owner = BufferOwner(graph, fed, id);
  return absl::c_linear_search(fed, owner) ? owner : graph.VariableOf(owner);
}

std::vector<int> ChainOperands(const Graph& graph, const std::vector<int>& fed,
                               const std::vector<int>& chain, int id) {
  std::vector<int> operands = OperandsOf(graph.node(id));
  for (int& operand : operands) {
    const int owner = BufferOwner(graph, fed, operand);
    if (absl::c_linear_search(chain, owner)) operand = owner;
  }
  return operands;
}

bool IsElementwise(const Node& node) {
  return node.op->tile_float != nullptr &&
         node.type.element == ElementType::kReal;
}

std::vector<int> OperandsOf(const Node& node) {
  if (node.op == &kAssign) return {node.inputs[1]};
  return node.inputs;
}

std::vector<std::vector<int>> MakeSteps(const Graph& graph,
                                        const std::vector<int>& fed,
                                        const std::vector<int>& schedule,
                                        bool fuse) {
  std::vector<std::vector<int>> steps;
  int64_t elements = -1;  // of the chain that can grow; −1 if there is none
  std::set<int> written, elsewhere;  // buffers; read at other places than there
  for (int id : schedule) {
    const Node& node = graph.node(id);
    if (node.op->kind == OpKind::kSource || node.op->kind == OpKind::kAlias ||
        absl::c_linear_search(fed, id)) {
      continue;
    }
    if (!IsElementwise(node)) {
      steps.push_back({id});
      elements = -1;
      continue;
    }
    const int target = BufferOf(graph, fed, id);
    bool joins =
        fuse && node.elements() == elements && !elsewhere.contains(target);
    std::set<int> own_elsewhere;
    for (int operand : OperandsOf(node)) {
      const int owner = BufferOwner(graph, fed, operand);
      const bool whole = graph.node(operand).elements() == node.elements() &&
                         graph.node(owner).elements() == node.elements();
      if (whole) continue;
      const int buffer = BufferOf(graph, fed, operand);
      joins = joins && !written.contains(buffer);
      own_elsewhere.insert(buffer);
    }
    if (!joins) {
      steps.emplace_back();
      elements = node.elements();
      written.clear();
      elsewhere.clear();
    }
    steps.back().push_back(id);
    written.insert(target);
    elsewhere.merge(own_elsewhere);
  }
  return steps;
}

bool MayOverwrite(const Graph& graph, const std::vector<int>& fed,
                  const std::vector<int>& chain, int input, int output) {
  bool written = false;
  for (int id : chain) {
    for (int operand : OperandsOf(graph.node(id))) {
      if (BufferOwner(graph, fed, operand) != input) continue;
      if (written ||
          graph.node(operand).elements() != graph.node(output).elements()) {
        return false;
      }
    }
    written |= id == output;
  }
  return true;
}

}  // namespace autodiff
