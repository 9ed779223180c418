// Which nodes a program runs, and in which order.
#ifndef AUTODIFF_SCHEDULE_H_
#define AUTODIFF_SCHEDULE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "autodiff/graph.h"

namespace autodiff {

// The nodes that `outputs` depend on, each after its inputs, and each Assign
// after everything that reads the version it overwrites. Nodes in `fed` count
// as sources. Of the nodes that could run next the first recorded one does,
// but one without a kernel (a source, an alias) before all others, and then one
// that prolongs a chain of element-wise nodes (fusion.h). With `shuffle_seed` a
// random one does (for tests: every valid order must give the same result).
//
// Ends the process if a node or an output needs a version of a variable that
// must already be overwritten by then.
std::vector<int> MakeSchedule(const Graph& graph,
                              const std::vector<int>& outputs,
                              const std::vector<int>& fed,
                              std::optional<uint64_t> shuffle_seed);

// The node whose buffer node `id` reads or writes: itself, or through aliases
// the one they look at.
int BufferOwner(const Graph& graph, const std::vector<int>& fed, int id);

}  // namespace autodiff

#endif  // AUTODIFF_SCHEDULE_H_
