// A group of parameters that are trained together.
#ifndef AUTODIFF_PARAMETERS_H_
#define AUTODIFF_PARAMETERS_H_

#include <source_location>
#include <string>
#include <vector>

#include "autodiff/graph.h"

namespace autodiff {

// The parameters of a group are views of one variable, so that clipping, Adam,
// target averaging and saving are single passes over one contiguous block.
// Each starts at a cache line; the gaps hold zeros and stay zero.
class ParameterGroup {
 public:
  ParameterGroup(Graph& graph, std::string name,
                 std::source_location where = std::source_location::current());

  // Declares the parameter `name` and returns its value at the start of a run.
  // All parameters must be declared before `flat` is read by an op.
  Tensor Add(std::string name, const Shape& shape,
             std::source_location where = std::source_location::current());

  // The whole block, a vector.
  const Tensor& flat() const { return flat_; }
  const std::string& name() const { return flat_.node().name; }
  const Tensors& parameters() const { return parameters_; }

  // The parameter `original`, a tensor that Add returned, as it stands in
  // another block of the same layout: an updated one, a target, a moment. In
  // flat() it is `original` itself.
  Tensor In(const Operand& block, const Tensor& original) const;

  // d loss / d parameters in the layout of the block. Parameters that the loss
  // does not reach get zeros.
  Tensor Gradient(const Operand& loss) const;

  // Names of the parameters that `loss` does not depend on: worth a line in a
  // log, since they will not be trained.
  std::vector<std::string> Unreached(const Tensor& loss) const;

 private:
  Graph& graph_;
  Tensor flat_;
  Tensors parameters_;
};

// d loss / d parameters of several groups at once, one block each: what their
// gradients have in common is computed once.
Tensors GroupGradients(const Operand& loss,
                       const std::vector<const ParameterGroup*>& groups);

}  // namespace autodiff

#endif  // AUTODIFF_PARAMETERS_H_
