#include "experiments/inspect/program_table.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/fail.h"
#include "autodiff/flop.h"
#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

using autodiff::Node;

struct Sum {
  int nodes = 0;
  double bytes = 0, flop = 0, nanoseconds = 0;

  void Add(const Sum& other) {
    nodes += other.nodes;
    bytes += other.bytes;
    flop += other.flop;
    nanoseconds += other.nanoseconds;
  }
};

// Both kinds of element have four bytes.
Sum OfNode(const ProgramProfile& profile, int id) {
  const Node& node = profile.graph->node(id);
  return {.nodes = 1,
          .bytes = 4. * static_cast<double>(node.elements()),
          .flop = ProductFlop(*profile.graph, id),
          .nanoseconds = profile.nanoseconds[id]};
}

bool Works(const Node& node) {
  return node.op->kind != autodiff::OpKind::kSource &&
         node.op->kind != autodiff::OpKind::kAlias;
}

std::string Fixed(int digits, double value) {
  return absl::StrFormat("%.*f", digits, value);
}

std::string Rate(const Sum& sum) {
  return sum.flop == 0 ? "0" : Fixed(1, sum.flop / sum.nanoseconds);
}

}  // namespace

std::string ModuleTable(const ProgramProfile& profile) {
  std::map<std::string, Sum> sums;
  Sum total;
  for (const int id : profile.nodes) {
    if (!Works(profile.graph->node(id))) continue;
    const Sum sum = OfNode(profile, id);
    sums[profile.modules[id]].Add(sum);
    total.Add(sum);
  }
  std::vector<std::pair<std::string, Sum>> sorted(sums.begin(), sums.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) {
                     return a.second.nanoseconds > b.second.nanoseconds;
                   });
  sorted.emplace_back("all", total);
  std::vector<std::vector<std::string>> rows = {
      {"module", "nodes", "MB", "MFLOP", "ms", "GFLOP/s", "% of time"}};
  for (const auto& [name, sum] : sorted) {
    rows.push_back({name, absl::StrCat(sum.nodes), Fixed(2, sum.bytes / 1e6),
                    Fixed(1, sum.flop / 1e6), Fixed(3, sum.nanoseconds / 1e6),
                    Rate(sum),
                    Fixed(1, 100 * sum.nanoseconds / total.nanoseconds)});
  }
  return TextTable(rows);
}

std::string NodeTable(const ProgramProfile& profile) {
  std::vector<std::vector<std::string>> rows = {{"node", "op", "shape", "bytes",
                                                 "MFLOP", "us", "GFLOP/s",
                                                 "module", "line"}};
  for (const int id : profile.nodes) {
    const Node& node = profile.graph->node(id);
    if (!Works(node)) continue;
    const Sum sum = OfNode(profile, id);
    rows.push_back(
        {absl::StrCat("%", id),
         absl::StrCat(node.op->name, node.name.empty() ? "" : " ", node.name),
         node.type.shape.ToString(), Fixed(0, sum.bytes),
         Fixed(2, sum.flop / 1e6), Fixed(2, sum.nanoseconds / 1e3), Rate(sum),
         profile.modules[id], autodiff::LineOf(node.where)});
  }
  return TextTable(rows);
}

}  // namespace experiments
