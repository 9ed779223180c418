#include "autodiff/print.h"

#include <numeric>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "autodiff/fail.h"

namespace autodiff {
namespace {

std::string Title(const Node& node) {
  std::string title = node.op->name;
  if (!node.name.empty()) absl::StrAppend(&title, " '", node.name, "'");
  if (const std::string list = node.attributes.ToString(); !list.empty()) {
    absl::StrAppend(&title, " ", list);
  }
  return title;
}

std::string Type(const TensorType& type) {
  return absl::StrCat(type.shape.ToString(),
                      type.element == ElementType::kIndex ? " int32" : "");
}

}  // namespace

std::string NodeLine(const Graph& graph, int id, size_t real_bytes,
                     std::string_view buffer) {
  const Node& node = graph.node(id);
  const size_t width =
      node.type.element == ElementType::kReal ? real_bytes : sizeof(int32_t);
  const std::string inputs = absl::StrJoin(
      node.inputs, ", ",
      [](std::string* out, int input) { absl::StrAppend(out, "%", input); });
  return absl::StrFormat(
      "%%%-4d %s (%s)  %s  %d B%s  %s%s", id, Title(node), inputs,
      Type(node.type), node.type.shape.elements() * width,
      buffer.empty() ? "" : absl::StrCat("  ", std::string(buffer)),
      LineOf(node.where),
      node.gradient_of < 0 ? ""
                           : absl::StrCat("  gradient of %", node.gradient_of));
}

std::string DotGraph(const Graph& graph, const std::vector<int>& ids) {
  std::string dot = "digraph {\n  node [shape=box, fontname=\"monospace\"];\n";
  for (int id : ids) {
    const Node& node = graph.node(id);
    const std::string label = absl::StrReplaceAll(
        absl::StrCat("%", id, " ", Title(node), " ", Type(node.type)),
        {{"\"", "\\\""}, {"\\", "\\\\"}});
    const bool source = node.op->kind == OpKind::kSource;
    absl::StrAppend(&dot, "  n", id, " [label=\"", label, "\"",
                    node.gradient_of >= 0 ? ", style=dashed" : "",
                    source ? ", style=bold" : "", "];\n");
    for (int input : node.inputs) {  // those of a fed node are not drawn
      if (!absl::c_linear_search(ids, input)) continue;
      absl::StrAppend(&dot, "  n", input, " -> n", id, ";\n");
    }
  }
  return dot + "}\n";
}

std::string Graph::ToText() const {
  std::string text;
  for (int id = 0; id < size(); ++id) {
    absl::StrAppend(&text, NodeLine(*this, id, sizeof(float), ""), "\n");
  }
  return text;
}

std::string Graph::ToDot() const {
  std::vector<int> ids(size());
  std::iota(ids.begin(), ids.end(), 0);
  return DotGraph(*this, ids);
}

}  // namespace autodiff
