// How nodes are printed, for graphs and programs alike.
#ifndef AUTODIFF_PRINT_H_
#define AUTODIFF_PRINT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "autodiff/graph.h"

namespace autodiff {

// "%7  matmul 'logits' (%3, %5)  [50, 50]  10000 B  arena+0  model.cc:31", with
// `real_bytes` bytes per real element.
std::string NodeLine(const Graph& graph, int id, size_t real_bytes,
                     std::string_view buffer);

// A Graphviz digraph of the nodes, edges pointing from inputs to readers.
std::string DotGraph(const Graph& graph, const std::vector<int>& ids);

}  // namespace autodiff

#endif  // AUTODIFF_PRINT_H_
