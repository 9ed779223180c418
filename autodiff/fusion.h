// Chains of element-wise nodes that run tile by tile: a tile of every operand
// goes through all of the chain before the next tile does, so that what lies
// between two nodes stays in the L1 cache and, unless someone else reads it,
// has no buffer at all.
#ifndef AUTODIFF_FUSION_H_
#define AUTODIFF_FUSION_H_

#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"

namespace autodiff {

// True for nodes that a tile function computes.
bool IsElementwise(const Node& node);

// The tensors that a node reads; the old version of an Assign is not.
std::vector<int> OperandsOf(const Node& node);

// A node's operands as its chain sees them: nodes of the chain, or tensors from
// outside.
std::vector<int> ChainOperands(const Graph& graph, const std::vector<int>& fed,
                               const std::vector<int>& chain, int id);

// The node that stands for a buffer: all versions of a variable share one.
int BufferOf(const Graph& graph, const std::vector<int>& fed, int id);

// Splits a schedule into steps, each a node with a kernel of its own or, where
// `fuse` is set, as many element-wise nodes in a row as can run as one chain:
// equal numbers of elements, and no operand that reads what the chain writes
// at another place. Sources, aliases and nodes in `fed` are in no step.
std::vector<std::vector<int>> MakeSteps(const Graph& graph,
                                        const std::vector<int>& fed,
                                        const std::vector<int>& schedule,
                                        bool fuse);

// True if `output`, computed in `chain`, may be written over `input`: whoever
// in the chain reads `input` does so element by element, and not after
// `output` is there. Both must have the chain's size.
bool MayOverwrite(const Graph& graph, const std::vector<int>& fed,
                  const std::vector<int>& chain, int input, int output);

// A chain made ready to run. The kernel's buffers are those of `inputs` and
// `outputs`. A part of it is a fixed number of elements. When Buffers::ticks
// is set, the time stamp counter's advance during the chain's i-th node is
// added to ticks[i].
struct FusedChain {
  Kernel kernel;
  std::vector<int> inputs, outputs;  // node ids
};

// `kept[id]` says whether node id needs a buffer, being an output of the
// program or read by another step.
template <typename T>
FusedChain MakeFusedChain(const Graph& graph, const std::vector<int>& fed,
                          const std::vector<int>& chain,
                          const std::vector<bool>& kept);

}  // namespace autodiff

#endif  // AUTODIFF_FUSION_H_
