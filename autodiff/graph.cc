#include "autodiff/graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "autodiff/fail.h"
#include "autodiff/ops/formulas.h"

namespace autodiff {
namespace {

constexpr Op Source(const char* name) {
  return {.name = name, .kind = OpKind::kSource};
}

constexpr char kNoTensor[] =
    "there is no tensor in this Tensor; assign to it first";

template <typename T>
void CopyTile(const T* const* in, T* out, int64_t n) {
  std::copy_n(in[0], n, out);
}

std::string Argument(const Graph& graph, int id) {
  const Node& node = graph.node(id);
  const std::string name = node.name.empty()
                               ? absl::StrCat("%", id, " ", node.op->name)
                               : absl::StrCat("'", node.name, "'");
  return absl::StrCat(
      name, " ", node.type.shape.ToString(),
      node.type.element == ElementType::kIndex ? " of indices" : "");
}

bool IsInt32(double value) {
  using Limits = std::numeric_limits<int32_t>;
  return value >= Limits::min() && value <= Limits::max() &&
         value == std::floor(value);
}

// Sizes are not negative, and there are no more elements than a machine holds.
void CheckShape(const Op& op, const Shape& shape,
                const std::source_location& where) {
  const bool negative =
      absl::c_any_of(shape.sizes(), [](int64_t size) { return size < 0; });
  if (!negative && shape.elements() <= int64_t{1} << 40) return;
  Fail(absl::StrCat(
      LineOf(where), ": ", op.name, ": shape ", shape.ToString(),
      negative ? " has a negative size" : " has more than 2^40 elements"));
}

}  // namespace

const Op kInput = Source("input");
const Op kConstant = Source("constant");
const Op kVariable = Source("variable");
const Op kAssign = [] {
  Op op{.name = "assign", .kind = OpKind::kAssign};
  op.tile_float = CopyTile<float>;
  op.tile_double = CopyTile<double>;
  op.formula = FormulaId::kBroadcastTo;  // y = x
  // The new version equals the value: dy flows to it, none to the old version.
  op.gradient = [](const Tensor&, const Tensors&, const Tensor& dy) -> Tensors {
    return {Tensor(), dy};
  };
  return op;
}();

const Shape& Tensor::shape() const { return node().type.shape; }
ElementType Tensor::element() const { return node().type.element; }
const Node& Tensor::node() const { return graph().node(id_); }

Graph& Tensor::graph() const {
  if (graph_ == nullptr) Fail(kNoTensor);
  return *graph_;
}

Tensor Tensor::Named(std::string name) const {
  graph().node(id_).name = std::move(name);
  return *this;
}

// An empty handle must not pass for a number.
Operand::Operand(Tensor tensor, std::source_location where)
    : tensor_(tensor), where_(where) {
  if (!tensor.exists()) Fail(absl::StrCat(LineOf(where), ": ", kNoTensor));
}

const Tensor& RequireTensor(const Operand& x, std::string_view function) {
  if (!x.is_number()) return x.tensor();
  Fail(absl::StrCat(LineOf(x.where()), ": ", std::string(function),
                    " needs a tensor, not the number ", x.number()));
}

Tensor Graph::Append(Node node) {
  node.gradient_of = gradient_of_;
  node.where = LineFor(node.where);
  CheckShape(*node.op, node.type.shape, node.where);
  nodes_.push_back(std::move(node));
  return Tensor(this, size() - 1);
}

Tensor Graph::Input(std::string name, Shape shape, ElementType element,
                    std::source_location where) {
  return Append({.op = &kInput,
                 .type = {std::move(shape), element},
                 .name = std::move(name),
                 .where = where});
}

Tensor Graph::Constant(std::vector<double> values, Shape shape,
                       ElementType element, std::source_location where) {
  CheckShape(kConstant, shape, where);
  if (values.size() == 1) values.resize(shape.elements(), values[0]);
  if (static_cast<int64_t>(values.size()) != shape.elements()) {
    Fail(absl::StrCat(LineOf(where), ": constant of shape ", shape.ToString(),
                      " needs ", shape.elements(), " values, got ",
                      values.size()));
  }
  for (double value : values) {
    if (element == ElementType::kReal || IsInt32(value)) continue;
    Fail(absl::StrCat(LineOf(where), ": constant of indices holds ",
                      absl::StrFormat("%.17g", value),
                      ", not a whole number of 32 bits"));
  }
  Tensor constant = Append(
      {.op = &kConstant, .type = {std::move(shape), element}, .where = where});
  constants_[constant.id()] = std::move(values);
  return constant;
}

Tensor Graph::Variable(std::string name, Shape shape, ElementType element,
                       std::source_location where) {
  for (const Node& node : nodes_) {
    if (node.op == &kVariable && node.name == name) {
      Fail(absl::StrCat(LineOf(LineFor(where)), ": a variable named '", name,
                        "' was already declared at ", LineOf(node.where)));
    }
  }
  return Append({.op = &kVariable,
                 .type = {std::move(shape), element},
                 .name = std::move(name),
                 .where = where});
}

int64_t Graph::Grow(const Operand& variable, int64_t elements) {
  const int id = variable.tensor().id();
  for (const Node& node : nodes_) {
    if (node.op->kind == OpKind::kAlias ||
        !absl::c_linear_search(node.inputs, id)) {
      continue;
    }
    Fail(absl::StrCat(LineOf(variable.where()), ": '", nodes_[id].name,
                      "' cannot grow once ", node.op->name, " has read it at ",
                      LineOf(node.where)));
  }
  Shape& shape = nodes_[id].type.shape;
  const int64_t offset = shape.elements();
  shape = Shape{offset + elements};
  CheckShape(kVariable, shape, variable.where());
  return offset;
}

Tensor Graph::Assign(const Tensor& version, const Operand& value) {
  if (!version.exists()) {
    Fail(absl::StrCat(LineOf(value.where()), ": ", kNoTensor));
  }
  const Tensor source = value.is_number()
                            ? Constant({value.number()}, version.shape(),
                                       version.element(), value.where())
                            : value.tensor();
  const OpKind kind = version.node().op->kind;
  const std::string line = LineOf(LineFor(value.where()));
  if (&version.graph() != this || &source.graph() != this) {
    Fail(absl::StrCat(line, ": assign mixes tensors of two graphs"));
  }
  if (version.node().op != &kVariable && kind != OpKind::kAssign) {
    Fail(absl::StrCat(line, ": assign to ", Argument(*this, version.id()),
                      ", which is not a variable"));
  }
  if (const auto later = overwritten_by_.find(version.id());
      later != overwritten_by_.end()) {
    Fail(absl::StrCat(line, ": assign to an old version of '",
                      nodes_[VariableOf(version.id())].name,
                      "', which was already assigned at ",
                      LineOf(nodes_[later->second].where),
                      "; assign to the tensor that call returned"));
  }
  if (source.shape() != version.shape() ||
      source.element() != version.element()) {
    Fail(absl::StrCat(line, ": assign of ", Argument(*this, source.id()),
                      " to ", Argument(*this, version.id()),
                      ": shapes and element types must be equal"));
  }
  Tensor assigned = Append({.op = &kAssign,
                            .inputs = {version.id(), source.id()},
                            .type = version.node().type,
                            .where = value.where()});
  overwritten_by_[version.id()] = assigned.id();
  return assigned;
}

const std::source_location& Graph::LineFor(
    const std::source_location& where) const {
  if (gradient_of_ >= 0) return nodes_[gradient_of_].where;
  return line_.has_value() ? *line_ : where;
}

int Graph::VariableOf(int id) const {
  while (nodes_[id].op == &kAssign) id = nodes_[id].inputs[0];
  return id;
}

const std::vector<double>& Graph::ConstantValues(int id) const {
  return constants_.at(id);
}

std::string Graph::Describe(int id) const {
  const Node& node = nodes_[id];
  return absl::StrCat(
      node.gradient_of >= 0 ? "gradient node " : "", node.op->name,
      node.name.empty() ? "" : absl::StrCat(" '", node.name, "'"), " %", id,
      " recorded at ", LineOf(node.where));
}

Tensor Record(const Op& op, const std::vector<Operand>& operands,
              Attributes attributes) {
  Graph* graph = nullptr;
  for (const Operand& operand : operands) {
    if (operand.is_number()) continue;
    if (graph == nullptr) graph = &operand.tensor().graph();
    if (graph != &operand.tensor().graph()) {
      Fail(absl::StrCat(LineOf(operand.where()), ": ", op.name,
                        " mixes tensors of two graphs"));
    }
  }
  if (graph == nullptr) {
    Fail(absl::StrCat(
        operands.empty() ? "" : LineOf(operands[0].where()) + ": ", op.name,
        " needs at least one tensor among its arguments"));
  }
  const std::source_location where = graph->LineFor(operands[0].where());
  Node node{.op = &op, .attributes = std::move(attributes), .where = where};
  Call call{.attributes = node.attributes};
  for (const Operand& operand : operands) {
    const Tensor input =
        operand.is_number()
            ? graph->Constant({operand.number()}, {}, ElementType::kReal, where)
            : operand.tensor();
    node.inputs.push_back(input.id());
    call.inputs.push_back(input.node().type);
  }
  absl::StatusOr<TensorType> type = op.shape(call);
  if (!type.ok()) {
    const auto print = [graph](std::string* out, int id) {
      absl::StrAppend(out, Argument(*graph, id));
    };
    Fail(absl::StrCat(LineOf(where), ": ", op.name, "(",
                      absl::StrJoin(node.inputs, ", ", print),
                      "): ", std::string(type.status().message())));
  }
  node.type = *std::move(type);
  return graph->Append(std::move(node));
}

Tensor Record(const Op& op, std::initializer_list<Operand> operands,
              Attributes attributes) {
  return Record(op, std::vector<Operand>(operands), std::move(attributes));
}

}  // namespace autodiff
