#include "autodiff/state.h"

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff {

template <typename T>
State<T>::State(const Graph& graph) : graph_(&graph) {
  for (int id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.op != &kVariable) continue;
    const size_t width =
        node.type.element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
    buffers_.push_back({id, node.name, node.type,
                        AlignedBuffer(node.type.shape.elements() * width)});
  }
}

template <typename T>
typename State<T>::Buffer* State<T>::FindBuffer(const Graph& graph, int id) {
  if (&graph != graph_) return nullptr;
  for (Buffer& buffer : buffers_) {
    if (buffer.id != id) continue;
    const bool grown = buffer.type.shape != graph.node(id).type.shape;
    return grown ? nullptr : &buffer;
  }
  return nullptr;
}

template <typename T>
typename State<T>::Buffer& State<T>::Get(const Tensor& variable,
                                         ElementType element) {
  Buffer* const buffer = FindBuffer(variable.graph(), variable.id());
  if (buffer == nullptr) {
    Fail(absl::StrCat(variable.graph().Describe(variable.id()),
                      " is not a variable of this state"));
  }
  if (buffer->type.element != element) {
    Fail(absl::StrCat("variable '", buffer->name, "' holds ",
                      element == ElementType::kReal ? "indices" : "reals"));
  }
  return *buffer;
}

template <typename T>
absl::Span<T> State<T>::Reals(const Tensor& variable) {
  Buffer& buffer = Get(variable, ElementType::kReal);
  return {reinterpret_cast<T*>(buffer.memory.data()),
          buffer.memory.size() / sizeof(T)};
}

template <typename T>
absl::Span<int32_t> State<T>::Indices(const Tensor& variable) {
  Buffer& buffer = Get(variable, ElementType::kIndex);
  return {reinterpret_cast<int32_t*>(buffer.memory.data()),
          buffer.memory.size() / sizeof(int32_t)};
}

template <typename T>
void* State<T>::Find(const Graph& graph, int id) {
  Buffer* const buffer = FindBuffer(graph, id);
  return buffer == nullptr ? nullptr : buffer->memory.data();
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
      return {buffer.memory.data(), buffer.memory.size()};
    }
  }
  Fail(absl::StrCat("no variable named '", std::string(name), "'"));
}

template class State<float>;
template class State<double>;

}  // namespace autodiff
