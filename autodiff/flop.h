// How much arithmetic matrix products are.
#ifndef AUTODIFF_FLOP_H_
#define AUTODIFF_FLOP_H_

#include <vector>

#include "autodiff/graph.h"

namespace autodiff {

// Floating-point operations of a matrix product [m, k] [k, n]: 2 m n k, times
// the products of a batch. Zero for any other node.
double ProductFlop(const Graph& graph, int id);

// The sum over nodes, e.g. those of a program's schedule.
double ProductFlop(const Graph& graph, const std::vector<int>& ids);

}  // namespace autodiff

#endif  // AUTODIFF_FLOP_H_
