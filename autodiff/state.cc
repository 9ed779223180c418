#include "autodiff/state.h"

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff {

template <typename T>
State<T>::State(const Graph& graph, cuda::Device* device)
    : graph_(&graph), device_(device) {
  for (int id = 0; id < graph.size(); ++id) {
    const auto& [shape, element] = graph.node(id).type;
    if (graph.node(id).op != &kVariable) continue;
    const size_t width =
        element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
    const size_t bytes = shape.elements() * width;
    buffers_.push_back({id, graph.node(id).name, shape, Mirror(device, bytes)});
  }
}

template <typename T>
typename State<T>::Buffer* State<T>::Get(const Graph& graph, int id) {
  if (&graph != graph_) return nullptr;
  for (Buffer& buffer : buffers_) {
    if (buffer.id == id && buffer.shape == graph.node(id).type.shape) {
      return &buffer;
    }
  }
  return nullptr;
}

template <typename T>
void* State<T>::Find(const Graph& graph, int id) {
  Buffer* const buffer = Get(graph, id);
  return buffer == nullptr ? nullptr : buffer->memory.there();
}

template <typename T>
void State<T>::MoveToDevice() {
  for (Buffer& buffer : buffers_) {
    if (!buffer.is_here) continue;
    buffer.memory.CopyIn();
    buffer.is_here = false;
  }
}

template <typename T>
std::byte* State<T>::MoveHere(Buffer& buffer) {
  if (!buffer.is_here) buffer.memory.CopyOut();
  buffer.is_here = true;
  return buffer.memory.here();
}

template <typename T>
std::byte* State<T>::Show(const Tensor& variable, ElementType element) {
  Buffer* const buffer = Get(variable.graph(), variable.id());
  if (buffer == nullptr) {
    Fail(absl::StrCat(variable.graph().Describe(variable.id()),
                      " is not a variable of this state"));
  }
  if (variable.element() != element) {
    Fail(absl::StrCat("variable '", variable.node().name, "' holds ",
                      element == ElementType::kReal ? "indices" : "reals"));
  }
  return MoveHere(*buffer);
}

template <typename T>
absl::Span<T> State<T>::Reals(const Tensor& variable) {
  std::byte* const memory = Show(variable, ElementType::kReal);
  return {reinterpret_cast<T*>(memory),
          static_cast<size_t>(variable.shape().elements())};
}

template <typename T>
absl::Span<int32_t> State<T>::Indices(const Tensor& variable) {
  std::byte* const memory = Show(variable, ElementType::kIndex);
  return {reinterpret_cast<int32_t*>(memory),
          static_cast<size_t>(variable.shape().elements())};
}

template <typename T>
std::vector<std::string> State<T>::Names() const {
  std::vector<std::string> names;
  for (const Buffer& buffer : buffers_) names.push_back(buffer.name);
  return names;
}

template <typename T>
absl::Span<std::byte> State<T>::Bytes(std::string_view name) {
  for (Buffer& buffer : buffers_) {
    if (buffer.name == name) {
      return {MoveHere(buffer), buffer.memory.size()};
    }
  }
  Fail(absl::StrCat("no variable named '", std::string(name), "'"));
}

template class State<float>;
template class State<double>;

}  // namespace autodiff
