// The steps of a program on a device: as few launches as may be. Chains there
// also hold ops along rows, since a kernel can give each row to one warp.
#ifndef AUTODIFF_CUDA_DEVICE_STEPS_H_
#define AUTODIFF_CUDA_DEVICE_STEPS_H_

#include <cstdint>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops/formulas.h"

namespace autodiff {

// A node with launches of its own, or a chain for one launch. The nodes of a
// chain with an op along rows are of rows · size elements, or of one a row.
struct DeviceStep {
  std::vector<int> nodes;
  bool is_chain = false, has_rows = false;
  int64_t rows = 0, size = 0;
};

// The formula of a node that works along rows that are not too long for a warp;
// kNone for all others.
RowFormula RowFormulaOf(const Graph& graph, const Node& node);

// Whether a chain can read the node's elements where they lie in its input.
bool IsCopy(const Node& node);

// Splits a schedule. Without `fuse` each step is one node.
std::vector<DeviceStep> MakeDeviceSteps(const Graph& graph,
                                        const std::vector<int>& fed,
                                        const std::vector<int>& schedule,
                                        bool fuse);

}  // namespace autodiff

#endif  // AUTODIFF_CUDA_DEVICE_STEPS_H_
