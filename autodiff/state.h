// The buffers that outlive a run: parameters, optimiser moments, targets,
// counters, random state.
#ifndef AUTODIFF_STATE_H_
#define AUTODIFF_STATE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/memory.h"

namespace autodiff {

// One buffer per variable of a graph, in precision T (float or double), zero
// at first. Any number of programs of that graph share one state; they must
// not run at the same time.
//
// A state on a device is for programs that run there. What is read or written
// here is copied from it, and back before the next run: a span is good until
// then. Only Program::Output says that an index was out of range.
template <typename T>
class State {
 public:
  // Record all variables before: later ones are unknown to this state, and so
  // are those that grow later.
  explicit State(const Graph& graph, cuda::Device* device = nullptr);

  // Null if programs find it in this process's memory.
  cuda::Device* device() const { return device_; }

  // Elements of a variable, row-major. The tensor must be a kReal (kIndex)
  // variable of the graph.
  absl::Span<T> Reals(const Tensor& variable);
  absl::Span<int32_t> Indices(const Tensor& variable);

  // Where programs find the variable node `id` of `graph`; null if this state
  // has none, of its present size.
  void* Find(const Graph& graph, int id);

  // Before a run on the device: copies there what was shown here since the last
  // one.
  void MoveToDevice();

  // Names in recording order, and the bytes of one buffer: what a checkpoint
  // writes.
  std::vector<std::string> Names() const;
  absl::Span<std::byte> Bytes(std::string_view name);

 private:
  struct Buffer {
    int id;
    std::string name;
    Shape shape;
    Mirror memory;
    bool is_here = true;
  };
  Buffer* Get(const Graph& graph, int id);
  std::byte* MoveHere(Buffer& buffer);
  std::byte* Show(const Tensor& variable, ElementType element);

  const Graph* graph_;  // only compared
  cuda::Device* device_;
  std::vector<Buffer> buffers_;
};

extern template class State<float>;
extern template class State<double>;

}  // namespace autodiff

#endif  // AUTODIFF_STATE_H_
