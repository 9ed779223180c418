// Random numbers inside a graph. A random state is four int32: a 64-bit seed
// and a 64-bit run counter. A draw depends on the seed, the counter, which
// recorded draw it is, and the element: not on threads, schedule or backend.
#ifndef AUTODIFF_RANDOM_H_
#define AUTODIFF_RANDOM_H_

#include <cstdint>
#include <source_location>
#include <string>

#include "absl/types/span.h"
#include "autodiff/graph.h"

namespace autodiff {

// Declares a random state. Draw from it with Uniform and make
// `graph.Assign(state, AdvanceRandom(state))` an output of the program, or
// every run draws the same.
Tensor RandomState(
    Graph& graph, std::string name,
    std::source_location where = std::source_location::current());

// Sets the seed and starts the counter at zero; `state` is the variable's
// buffer, State::Indices.
void SeedRandomState(absl::Span<int32_t> state, uint64_t seed);

}  // namespace autodiff

#endif  // AUTODIFF_RANDOM_H_
