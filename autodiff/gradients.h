// Reverse-mode differentiation: a gradient is more graph.
#ifndef AUTODIFF_GRADIENTS_H_
#define AUTODIFF_GRADIENTS_H_

#include "autodiff/tensor.h"

namespace autodiff {

// Appends the nodes of d loss / d t for each t of `wrt` and returns them, each
// of t's shape. `loss` must have one element. A tensor that the loss does not
// depend on gets a constant zero. Since the result is graph, it can be
// differentiated again.
Tensors Gradients(const Operand& loss, const Tensors& wrt);

// Sums `gradient` over the axes along which a tensor of shape `shape` was
// broadcast: the gradient rule of broadcasting.
Tensor SumToShape(const Tensor& gradient, const Shape& shape);

}  // namespace autodiff

#endif  // AUTODIFF_GRADIENTS_H_
