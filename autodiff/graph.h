// The recorded computation: a list of nodes in which each node comes after its
// inputs. Graphs are only data; programs (program.h) run them.
#ifndef AUTODIFF_GRAPH_H_
#define AUTODIFF_GRAPH_H_

#include <deque>
#include <optional>
#include <source_location>
#include <string>
#include <unordered_map>
#include <vector>

#include "autodiff/op.h"
#include "autodiff/tensor.h"

namespace autodiff {

struct Node {
  const Op* op = nullptr;
  std::vector<int> inputs;  // ids of nodes
  Attributes attributes;
  TensorType type;
  std::string name;            // the user's name, or empty
  std::source_location where;  // the line that recorded it
  int gradient_of = -1;        // the node whose gradient rule recorded it

  int64_t elements() const { return type.shape.elements(); }
};

class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // A tensor whose elements the caller writes before each run.
  Tensor Input(std::string name, Shape shape,
               ElementType element = ElementType::kReal,
               std::source_location where = std::source_location::current());

  // Fixed values, row-major; one value fills the whole shape. Kept in double
  // and rounded to the program's precision; indices must be int32.
  Tensor Constant(std::vector<double> values, Shape shape = {},
                  ElementType element = ElementType::kReal,
                  std::source_location where = std::source_location::current());

  // A named buffer of state that outlives runs (state.h). The tensor stands
  // for its value at the start of a run; names are unique in a graph.
  Tensor Variable(std::string name, Shape shape,
                  ElementType element = ElementType::kReal,
                  std::source_location where = std::source_location::current());

  // Appends axis-0 space to a 1-D variable that no op has read yet but through
  // views; returns the offset of the new elements. See parameters.h.
  int64_t Grow(const Operand& variable, int64_t elements);

  // Writes `value` to the buffer of `version`, which is a variable or what an
  // earlier Assign of it returned, and must be its newest version. Returns the
  // new version. Readers of the old one run before the write; a node that
  // needs both is refused when a program is compiled.
  Tensor Assign(const Tensor& version, const Operand& value);

  int size() const { return static_cast<int>(nodes_.size()); }
  const Node& node(int id) const { return nodes_[id]; }
  Node& node(int id) { return nodes_[id]; }

  // The node's variable: itself, or at the start of a chain of Assigns.
  int VariableOf(int id) const;
  // Values of a constant node.
  const std::vector<double>& ConstantValues(int id) const;

  // The line that a node recorded at `where` carries: in a GradientScope or a
  // LineScope that of the scope.
  const std::source_location& LineFor(const std::source_location& where) const;

  // Number of random draws recorded so far; each gets a stream of its own.
  int64_t NextRandomStream() { return random_streams_++; }

  // "matmul 'logits' recorded at garnet/model.cc:31".
  std::string Describe(int id) const;

  // One line per node: id, op, name, inputs, shape, bytes at 4 per element,
  // recording line.
  std::string ToText() const;
  // A Graphviz digraph of all nodes with id, op, name and shape, sources bold
  // and nodes of gradient rules dashed.
  std::string ToDot() const;

  Tensor Append(Node node);

 private:
  friend class GradientScope;
  friend class LineScope;

  std::deque<Node> nodes_;
  std::unordered_map<int, std::vector<double>> constants_;  // by node
  std::unordered_map<int, int> overwritten_by_;  // node -> its Assign
  int64_t random_streams_ = 0;
  int gradient_of_ = -1;                      // set while gradient rules record
  std::optional<std::source_location> line_;  // set by the outermost LineScope
};

// While it lives, nodes appended to `graph` are marked as recorded by the
// gradient rule of node `id` and carry that node's line.
class GradientScope {
 public:
  GradientScope(Graph& graph, int id)
      : graph_(graph), outer_(graph.gradient_of_) {
    graph_.gradient_of_ = id;
  }
  ~GradientScope() { graph_.gradient_of_ = outer_; }
  GradientScope(const GradientScope&) = delete;
  GradientScope& operator=(const GradientScope&) = delete;

 private:
  Graph& graph_;
  int outer_;  // a rule may take gradients itself
};

// While it lives, nodes appended to `graph` carry the line `where`, for what is
// one call to the user and several ops here. In another scope it does nothing:
// the user's call is the outermost one.
class LineScope {
 public:
  LineScope(Graph& graph, const std::source_location& where)
      : graph_(graph), outer_(graph.line_) {
    if (!outer_.has_value()) graph_.line_ = where;
  }
  ~LineScope() { graph_.line_ = outer_; }
  LineScope(const LineScope&) = delete;
  LineScope& operator=(const LineScope&) = delete;

 private:
  Graph& graph_;
  std::optional<std::source_location> outer_;
};

extern const Op kInput, kConstant, kVariable, kAssign;

}  // namespace autodiff

#endif  // AUTODIFF_GRAPH_H_
