#include "autodiff/state.h"

#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"

namespace autodiff {

template <typename T>
State<T>::State(const Graph& graph) : graph_(&graph) {
  for (int id = 0; id < graph.size(); ++id) {
    const auto& [shape, element] = graph.node(id).type;
    if (graph.node(id).op != &kVariable) continue;
    const size_t width =
        element == ElementType::kReal ? sizeof(T) : sizeof(int32_t);
    buffers_.push_back({id, graph.node(id).name, shape,
                        AlignedBuffer(shape.elements() * width)});
  }
}

template <typename T>
void* State<T>::Find(const Graph& graph, int id) {
  if (&graph != graph_) return nullptr;
  for (const Buffer& buffer : buffers_) {
    if (buffer.id == id && buffer.shape == graph.node(id).type.shape) {
      return buffer.memory.data();
    }
  }
  return nullptr;
}

template <typename T>
void* State<T>::Get(const Tensor& variable, ElementType element) {
  void* const memory = Find(variable.graph(), variable.id());
  if (memory == nullptr) {
    Fail(absl::StrCat(variable.graph().Describe(variable.id()),
                      " is not a variable of this state"));
  }
  if (variable.element() != element) {
    Fail(absl::StrCat("variable '", variable.node().name, "' holds ",
                      element == ElementType::kReal ? "indices" : "reals"));
  }
  return memory;
}

template <typename T>
absl::Span<T> State<T>::Reals(const Tensor& variable) {
  return {static_cast<T*>(Get(variable, ElementType::kReal)),
          static_cast<size_t>(variable.shape().elements())};
}

template <typename T>
absl::Span<int32_t> State<T>::Indices(const Tensor& variable) {
  return {static_cast<int32_t*>(Get(variable, ElementType::kIndex)),
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
      return {buffer.memory.data(), buffer.memory.size()};
    }
  }
  Fail(absl::StrCat("no variable named '", std::string(name), "'"));
}

template class State<float>;
template class State<double>;

}  // namespace autodiff
