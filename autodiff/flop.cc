#include "autodiff/flop.h"

#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace autodiff {

double ProductFlop(const Graph& graph, int id) {
  const Node& node = graph.node(id);
  if (node.op != &kMatMul) return 0;
  const Shape& a = graph.node(node.inputs[0]).type.shape;
  const int64_t k = a[node.attributes.Int("transpose_a") == 1 ? -2 : -1];
  return 2 * static_cast<double>(k) * static_cast<double>(node.elements());
}

double ProductFlop(const Graph& graph, const std::vector<int>& ids) {
  return std::transform_reduce(ids.begin(), ids.end(), 0., std::plus<>(),
                               [&](int id) { return ProductFlop(graph, id); });
}

}  // namespace autodiff
