#include "autodiff/random.h"

#include <utility>

namespace autodiff {

Tensor RandomState(Graph& graph, std::string name, std::source_location where) {
  return graph.Variable(std::move(name), {4}, ElementType::kIndex, where);
}

void SeedRandomState(absl::Span<int32_t> state, uint64_t seed) {
  state[0] = static_cast<int32_t>(seed);
  state[1] = static_cast<int32_t>(seed >> 32);
  state[2] = 0;
  state[3] = 0;
}

}  // namespace autodiff
