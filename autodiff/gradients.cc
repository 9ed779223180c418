#include "autodiff/gradients.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/fail.h"
#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// Marks the nodes up to `last` that depend on one of `wrt`.
std::vector<bool> DependsOn(const Graph& graph, const Tensors& wrt, int last) {
  std::vector<bool> depends(last + 1, false);
  for (const Tensor& t : wrt) {
    if (t.id() <= last) depends[t.id()] = true;
  }
  for (int id = 0; id <= last; ++id) {
    for (int input : graph.node(id).inputs) {
      if (depends[input]) depends[id] = true;
    }
  }
  return depends;
}

// Σ dy · ∂ unfused(x) / ∂ x_i for each i, where the inputs count as independent
// even if one of them depends on another or is the same tensor.
Tensors GradientsOfUnfused(const Node& node, const Tensors& x,
                           const Tensor& dy) {
  Tensors independent;
  for (const Tensor& input : x) {
    independent.push_back(Reshape(input, input.shape().sizes()));
  }
  const Tensor y = node.op->unfused(independent, node.attributes);
  return Gradients(Sum(y * dy), independent);
}

}  // namespace

Tensors Gradients(const Operand& loss, const Tensors& wrt) {
  const Tensor root = loss.tensor();
  if (!root.exists() || root.shape().elements() != 1) {
    Fail(absl::StrCat(LineOf(loss.where()),
                      ": Gradients needs a loss with one element, got shape ",
                      root.exists() ? root.shape().ToString() : "of a number"));
  }
  Graph& graph = root.graph();
  for (const Tensor& t : wrt) {
    if (&Operand(t, loss.where()).tensor().graph() == &graph) continue;
    Fail(absl::StrCat(LineOf(loss.where()),
                      ": Gradients mixes tensors of two graphs"));
  }
  const std::vector<bool> depends = DependsOn(graph, wrt, root.id());
  Tensors gradient(root.id() + 1);
  const auto constant = [&](double value, const Shape& shape) {
    return graph.Constant({value}, shape, ElementType::kReal, loss.where());
  };
  gradient[root.id()] = constant(1, root.shape());
  for (int id = root.id(); id >= 0; --id) {
    const Node& node = graph.node(id);
    if (!gradient[id].exists() || !depends[id]) continue;
    if (node.op->kind == OpKind::kSource) continue;
    GradientScope scope(graph, id);
    Tensors x;
    for (int input : node.inputs) x.emplace_back(&graph, input);
    if (absl::c_none_of(x, [&](const Tensor& t) { return depends[t.id()]; })) {
      continue;
    }
    const Tensors dx =
        node.op->gradient != nullptr
            ? node.op->gradient(Tensor(&graph, id), x, gradient[id])
            : GradientsOfUnfused(node, x, gradient[id]);
    for (size_t i = 0; i < x.size(); ++i) {
      Tensor& total = gradient[x[i].id()];
      if (!dx[i].exists() || !depends[x[i].id()]) continue;
      if (BroadcastShapes(dx[i].shape(), x[i].shape()) != dx[i].shape()) {
        Fail(absl::StrCat("the gradient rule of ", node.op->name, " gave ",
                          dx[i].shape().ToString(), " for input ", i,
                          " of shape ", x[i].shape().ToString()));
      }
      const Tensor summed = SumToShape(dx[i], x[i].shape());
      total = total.exists() ? total + summed : summed;
    }
  }
  Tensors result;
  for (const Tensor& t : wrt) {
    const bool reached = t.id() <= root.id() && gradient[t.id()].exists();
    result.push_back(reached ? gradient[t.id()] : constant(0, t.shape()));
  }
  return result;
}

Tensor SumToShape(const Tensor& gradient, const Shape& shape) {
  if (gradient.shape() == shape) return gradient;
  const int extra = gradient.shape().rank() - shape.rank();
  std::vector<int64_t> axes;
  for (int axis = 0; axis < gradient.shape().rank(); ++axis) {
    const bool repeated = axis < extra || (shape[axis - extra] == 1 &&
                                           gradient.shape()[axis] != 1);
    if (repeated) axes.push_back(axis);
  }
  return Reshape(Sum(gradient, axes), shape.sizes());
}

}  // namespace autodiff
