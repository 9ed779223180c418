// --dump_graph: the programs behind an experiment, for people to read.
#ifndef EXPERIMENTS_DUMP_GRAPH_H_
#define EXPERIMENTS_DUMP_GRAPH_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "autodiff/program.h"
#include "experiments/output_directory.h"

namespace experiments {

// With --dump_graph, writes what `program` is to the folder: graph_<name>.txt,
// a line per node with its time, shape, bytes, buffer and recording line, and
// graph_<name>.dot for Graphviz. Runs the program some times for it, so it must
// be one whose results are not needed. Without the flag does nothing.
absl::Status DumpGraph(const OutputDirectory& directory, absl::string_view name,
                       autodiff::Program<float>& program);

// The flag's value: whether there is a program to be made for DumpGraph.
bool WantsGraphs();

}  // namespace experiments

#endif  // EXPERIMENTS_DUMP_GRAPH_H_
