// Handles with which graphs are written: Tensor, and what an op accepts.
#ifndef AUTODIFF_TENSOR_H_
#define AUTODIFF_TENSOR_H_

#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "autodiff/shape.h"

namespace autodiff {

class Graph;
struct Node;

// kReal elements have the precision of the program that runs them (float or
// double); kIndex elements are int32: indices, counters, random state.
enum class ElementType { kReal, kIndex };

struct TensorType {
  Shape shape;
  ElementType element = ElementType::kReal;
};

// A value that a graph will compute: a node of the graph, cheap to copy. The
// graph must outlive it.
class Tensor {
 public:
  Tensor() = default;
  Tensor(Graph* graph, int id) : graph_(graph), id_(id) {}

  // These end the process if there is no tensor.
  const Shape& shape() const;
  ElementType element() const;
  const Node& node() const;
  Graph& graph() const;
  int id() const { return id_; }
  // False for a default-constructed handle: "no tensor".
  bool exists() const { return graph_ != nullptr; }

  // Names the node in printouts and errors; returns the same tensor.
  Tensor Named(std::string name) const;

  bool operator==(const Tensor&) const = default;

 private:
  Graph* graph_ = nullptr;
  int id_ = -1;
};

using Tensors = std::vector<Tensor>;

// What ops take: a tensor, or a number that becomes a scalar constant. The
// conversion happens at the caller's line and remembers it, which is how every
// node and every error knows its recording line.
class Operand {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `1 - Tanh(x)` must read so.
  Operand(Tensor tensor,
          std::source_location where = std::source_location::current());
  // NOLINTNEXTLINE(google-explicit-constructor)
  Operand(double number,
          std::source_location where = std::source_location::current())
      : number_(number), where_(where) {}

  bool is_number() const { return !tensor_.exists(); }
  double number() const { return number_; }
  const Tensor& tensor() const { return tensor_; }
  const std::source_location& where() const { return where_; }

 private:
  Tensor tensor_;
  double number_ = 0;
  std::source_location where_;
};

// The tensor of `x`, an argument of `function`. A number there ends the process
// with one sentence that names both and the caller's line.
const Tensor& RequireTensor(const Operand& x, std::string_view function);

}  // namespace autodiff

#endif  // AUTODIFF_TENSOR_H_
