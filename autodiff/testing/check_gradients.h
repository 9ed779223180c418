// Compares gradients with finite differences, in double.
#ifndef AUTODIFF_TESTING_CHECK_GRADIENTS_H_
#define AUTODIFF_TESTING_CHECK_GRADIENTS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/op.h"
#include "autodiff/state.h"

namespace autodiff {

struct GradientReport {
  // Largest |gradient − difference| / (1 + |difference|) over all elements,
  // infinite if one is NaN.
  double worst_error = 0;
  // Where, both numbers, and above an error of 1e-6 who is to blame: "input
  // 1[2, 0]: gradient 0.25, finite difference 0.31; by the gradient rule of
  // matmul recorded at garnet/model.cc:31". For a large input "input 1,
  // direction 2: …".
  std::string worst_element;
  // The real inputs all of whose gradients are 0: what is meant to be behind a
  // StopGradient must be among them. Finite differences cannot know.
  std::vector<std::string> without_gradient;
};

// Records fn(inputs) and compares its gradient to every element of every real
// input with central differences of fourth order (step 1e-3, error about
// 1e-11 for smooth functions). Index inputs are passed through. Inputs are
// called "input 0", … unless fn names them: x[0].Named("weights").
//
// An input with more than 1,000 elements is checked along eight random
// directions instead, by their products with the gradient.
//
// A result with more than one element is reduced with fixed weights that
// differ from element to element, so that errors cannot cancel. While inputs
// are perturbed, the outputs of StopGradient keep their unperturbed values.
GradientReport CheckGradients(const std::function<Tensor(const Tensors&)>& fn,
                              const std::vector<Values>& inputs);

// The same for a loss of variables, as it is trained: moves `parameters`,
// tensors of the loss's graph such as ParameterGroup::parameters(), from their
// values in `state`, where all other variables stay as they are. So every
// evaluation draws the same random numbers. `inputs` are what the graph inputs
// hold. Parameters are called by their names: "w[2, 0]: gradient …". The check
// appends nodes to the graph. A loss that reads an Assign ends the process.
//
//   State<double> state(graph);
//   … write state.Reals(group.flat()), SeedRandomState(state.Indices(random)) …
//   CheckGradients(loss, group.parameters(), state, {{x, {1, 2, 3}}});
GradientReport CheckGradients(
    const Tensor& loss, const Tensors& parameters, State<double>& state,
    const std::vector<std::pair<Tensor, std::vector<double>>>& inputs = {});

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_CHECK_GRADIENTS_H_
