#include "autodiff/schedule.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/fusion.h"

namespace autodiff {
namespace {

// The nodes needed for `outputs`, in recording order.
std::vector<int> Prune(const Graph& graph, const std::vector<int>& outputs,
                       const std::vector<int>& fed) {
  std::vector<bool> needed(graph.size(), false);
  for (int id : outputs) needed[id] = true;
  for (int id = graph.size() - 1; id >= 0; --id) {
    if (!needed[id] || absl::c_linear_search(fed, id)) continue;
    for (int input : graph.node(id).inputs) needed[input] = true;
  }
  std::vector<int> nodes;
  for (int id = 0; id < graph.size(); ++id) {
    if (needed[id]) nodes.push_back(id);
  }
  return nodes;
}

// The first recorded of the ready nodes; but one that needs no kernel before
// any other, and then one that prolongs a chain of element-wise nodes with
// `chain` elements.
std::vector<int>::iterator FirstOrContinuing(const Graph& graph,
                                             std::vector<int>& ready,
                                             int64_t chain) {
  const auto rank = [&](int id) {
    const Node& node = graph.node(id);
    const bool runs =
        node.op->kind == OpKind::kCompute || node.op->kind == OpKind::kAssign;
    const bool continues = IsElementwise(node) && node.elements() == chain;
    return std::pair(!runs ? 0 : continues ? 1 : 2, id);
  };
  return std::min_element(ready.begin(), ready.end(),
                          [&](int a, int b) { return rank(a) < rank(b); });
}

// True if edges lead from `from` to `to`.
bool Leads(const std::vector<std::vector<int>>& after, int from, int to) {
  std::vector<bool> seen(after.size(), false);
  std::vector<int> open = {from};
  while (!open.empty()) {
    const int id = open.back();
    open.pop_back();
    if (id == to) return true;
    if (seen[id]) continue;
    seen[id] = true;
    open.insert(open.end(), after[id].begin(), after[id].end());
  }
  return false;
}

}  // namespace

int BufferOwner(const Graph& graph, const std::vector<int>& fed, int id) {
  while (graph.node(id).op->kind == OpKind::kAlias &&
         !absl::c_linear_search(fed, id)) {
    id = graph.node(id).inputs[0];
  }
  return id;
}

std::vector<int> MakeSchedule(const Graph& graph,
                              const std::vector<int>& outputs,
                              const std::vector<int>& fed,
                              std::optional<uint64_t> shuffle_seed) {
  const std::vector<int> nodes = Prune(graph, outputs, fed);
  std::vector<int> overwriter(graph.size(), -1);
  for (int id : nodes) {
    if (graph.node(id).op != &kAssign || absl::c_linear_search(fed, id))
      continue;
    // A fed version has a buffer of its own: what is overwritten is the one
    // before it.
    int version = graph.node(id).inputs[0];
    while (graph.node(version).op == &kAssign &&
           absl::c_linear_search(fed, version)) {
      version = graph.node(version).inputs[0];
    }
    overwriter[version] = id;
  }
  std::vector<std::vector<int>> after(graph.size());
  std::vector<int> waits_for(graph.size(), 0);  // so many others
  const auto require = [&](int earlier, int later) {
    after[earlier].push_back(later);
    ++waits_for[later];
  };
  for (int id : nodes) {
    if (absl::c_linear_search(fed, id)) continue;
    for (int input : graph.node(id).inputs) {
      require(input, id);
      const int assign = overwriter[BufferOwner(graph, fed, input)];
      if (assign >= 0 && assign != id) require(id, assign);
    }
  }
  for (int id : outputs) {
    const int assign = overwriter[BufferOwner(graph, fed, id)];
    if (assign < 0) continue;
    Fail(absl::StrCat("program output ", graph.Describe(id),
                      " shows a variable before ", graph.Describe(assign),
                      "; ask for that node instead"));
  }

  std::vector<int> ready, schedule;
  for (int id : nodes) {
    if (waits_for[id] == 0) ready.push_back(id);
  }
  std::mt19937_64 random(shuffle_seed.value_or(0));
  int64_t chain = -1;
  while (!ready.empty()) {
    const auto next = shuffle_seed.has_value()
                          ? ready.begin() + random() % ready.size()
                          : FirstOrContinuing(graph, ready, chain);
    const int id = *next;
    ready.erase(next);
    const OpKind kind = graph.node(id).op->kind;
    if (IsElementwise(graph.node(id))) {
      chain = graph.node(id).elements();
    } else if (kind == OpKind::kCompute) {
      chain = -1;
    }
    schedule.push_back(id);
    for (int later : after[id]) {
      if (--waits_for[later] == 0) ready.push_back(later);
    }
  }
  // Nodes on a circle are left over. It goes through a reader of an old version
  // that runs after the version is overwritten: that one is to blame.
  for (int id : nodes) {
    if (waits_for[id] == 0) continue;
    for (int input : graph.node(id).inputs) {
      const int assign = overwriter[BufferOwner(graph, fed, input)];
      if (assign < 0 || assign == id || !Leads(after, assign, id)) continue;
      Fail(absl::StrCat(graph.Describe(id), " needs variable '",
                        graph.node(graph.VariableOf(assign)).name,
                        "' both before and after ", graph.Describe(assign),
                        "; read it into a tensor of its own first"));
    }
  }
  return schedule;
}

}  // namespace autodiff
