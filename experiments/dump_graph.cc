#include "experiments/dump_graph.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(bool, dump_graph, false,
          "Write the programs as text, with the time of each node, and as "
          "Graphviz graphs: graph_*.txt and graph_*.dot.");

namespace experiments {

bool WantsGraphs() { return absl::GetFlag(FLAGS_dump_graph); }

absl::Status DumpGraph(const OutputDirectory& directory, absl::string_view name,
                       autodiff::Program<float>& program) {
  if (!WantsGraphs()) return absl::OkStatus();
  program.Profile(10);  // caches are warm then
  const std::string text = program.ToText(program.Profile(100));
  if (absl::Status written =
          directory.Write(absl::StrCat("graph_", name, ".txt"), text);
      !written.ok()) {
    return written;
  }
  return directory.Write(absl::StrCat("graph_", name, ".dot"), program.ToDot());
}

}  // namespace experiments
