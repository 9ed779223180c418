// How a tensor changes when the inputs of its graph move: what gradients are
// compared with. In double.
#ifndef AUTODIFF_TESTING_FINITE_DIFFERENCES_H_
#define AUTODIFF_TESTING_FINITE_DIFFERENCES_H_

#include <optional>
#include <vector>

#include "autodiff/op.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/testing/program_io.h"

namespace autodiff {

// A direction in the space of some tensors: a vector for each; an empty one
// for a tensor that stays where it is.
using Direction = std::vector<std::vector<double>>;

// The graph inputs among x with their values.
Inputs GraphInputs(const Tensors& x, const std::vector<Values>& values);

class FiniteDifferences {
 public:
  // y as a function of x near `values`. Every graph input that y reads must be
  // in x; other nodes in x count as independent of what they are computed from.
  // The outputs of StopGradient keep the values they have at `values`, and
  // variables that are not in x those in `state`.
  FiniteDifferences(const Tensors& x, const std::vector<Values>& values,
                    const Tensor& y, State<double>* state = nullptr);

  // d y(x + t · direction) / dt at t = 0, one number per element of y, by the
  // central difference of fourth order with step h = 1e-3:
  // (y(−2h) − 8 y(−h) + 8 y(h) − y(2h)) / 12h, whose error is h⁴ y⁽⁵⁾ / 30.
  std::vector<double> Along(const Direction& direction);

  // The derivative from the right, from t ≥ 0 alone:
  // (−25 y(0) + 48 y(h) − 36 y(2h) + 16 y(3h) − 3 y(4h)) / 12h,
  // whose error is h⁴ y⁽⁵⁾ / 5.
  std::vector<double> RightOf(const Direction& direction);

 private:
  struct Point {
    int steps;
    double weight;
  };
  std::vector<double> Combine(const Direction& direction,
                              const std::vector<Point>& stencil);
  void MoveTo(const Direction& direction, double t);

  const Tensors x_;
  const std::vector<Values> origin_;
  const Tensor y_;
  std::optional<Program<double>> program_;
};

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_FINITE_DIFFERENCES_H_
