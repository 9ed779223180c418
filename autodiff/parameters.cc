#include "autodiff/parameters.h"

#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "autodiff/aligned_buffer.h"
#include "autodiff/fail.h"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

int64_t OffsetOf(const Tensor& parameter) {
  return parameter.node().attributes.Int("offset");
}

}  // namespace

ParameterGroup::ParameterGroup(Graph& graph, std::string name,
                               std::source_location where)
    : graph_(graph),
      flat_(graph.Variable(std::move(name), {0}, ElementType::kReal, where)) {}

Tensor ParameterGroup::Add(std::string name, const Shape& shape,
                           std::source_location where) {
  // Whole cache lines in float, and so in double.
  constexpr int64_t kLine = kAlignment / sizeof(float);
  const int64_t size = (shape.elements() + kLine - 1) / kLine * kLine;
  const int64_t offset = graph_.Grow({flat_, where}, size);
  parameters_.push_back(
      View({flat_, where}, offset, shape).Named(std::move(name)));
  return parameters_.back();
}

Tensor ParameterGroup::In(const Operand& block, const Tensor& original) const {
  if (!block.is_number() && block.tensor() == flat_) return original;
  return View(block, OffsetOf(original), original.shape());
}

Tensor ParameterGroup::Gradient(const Operand& loss) const {
  return GroupGradients(loss, {this}).front();
}

Tensors GroupGradients(const Operand& loss,
                       const std::vector<const ParameterGroup*>& groups) {
  Tensors parameters;
  for (const ParameterGroup* group : groups) {
    if (group->parameters().empty()) {
      Fail(absl::StrCat(LineOf(loss.where()), ": group '", group->name(),
                        "' has no parameters, and so no gradient"));
    }
    absl::c_copy(group->parameters(), std::back_inserter(parameters));
  }
  const Tensors gradients = Gradients(loss, parameters);
  auto gradient = gradients.begin();
  Tensors blocks;
  for (const ParameterGroup* group : groups) {
    std::vector<Operand> parts;
    std::vector<int64_t> offsets;
    for (const Tensor& parameter : group->parameters()) {
      parts.emplace_back(*gradient++, loss.where());
      offsets.push_back(OffsetOf(parameter));
    }
    blocks.push_back(Pack(parts, offsets, group->flat().shape()[0]));
  }
  return blocks;
}

std::vector<std::string> ParameterGroup::Unreached(const Tensor& loss) const {
  std::vector<bool> used(graph_.size(), false);
  used[loss.id()] = true;
  for (int id = loss.id(); id >= 0; --id) {
    if (!used[id] || graph_.node(id).op == &kStopGradient) continue;
    for (int input : graph_.node(id).inputs) used[input] = true;
  }
  std::vector<std::string> names;
  for (const Tensor& parameter : parameters_) {
    if (!used[parameter.id()]) names.push_back(parameter.node().name);
  }
  return names;
}

}  // namespace autodiff
