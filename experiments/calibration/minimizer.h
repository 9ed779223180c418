// The global minimum of a small recorded function, to rounding error.
#ifndef EXPERIMENTS_CALIBRATION_MINIMIZER_H_
#define EXPERIMENTS_CALIBRATION_MINIMIZER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "autodiff/program.h"
#include "autodiff/tensor.h"

namespace experiments {

// A quantity at a minimum of the loss.
struct Measured {
  double value = 0;
  double error = 0;  // what one more step would change, and rounding
};

struct Minimum {
  double loss = 0;
  std::vector<double> point;  // θ
  // In the order of the Minimizer's `quantities`. A loss may have many minima:
  // each quantity is the largest that was found at any of them.
  std::vector<Measured> worst;
};

// Newton's method in double, with gradient and Hessian recorded as graph:
//   θ ← θ − |H|⁺ ∇L,
// where |H| has the absolute eigenvalues of the Hessian, so that a step always
// descends, and directions without curvature are left alone. A step has at most
// length 1, and is halved until it descends.
class Minimizer {
 public:
  // `point` is an input [d] of the graph, loss and quantities are scalars. The
  // graph must outlive the minimizer.
  Minimizer(const autodiff::Tensor& loss, const autodiff::Tensor& point,
            const autodiff::Tensors& quantities);

  // The buffer of another input of the graph, which one of loss and quantities
  // needs.
  absl::Span<double> Input(const autodiff::Tensor& input) {
    return program_->Input(input);
  }

  // From `starts` points drawn from the standard normal distribution. Minima
  // whose loss is the lowest one up to rounding count as found.
  Minimum Find(uint64_t seed, int starts = 8);

 private:
  // Loss, gradient and quantities at a point, and the Hessian.
  struct Values {
    double loss = 0;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd hessian;
    std::vector<double> quantities;
  };
  Values Evaluate(const Eigen::VectorXd& point);
  Minimum Descend(Eigen::VectorXd point);

  autodiff::Tensor loss_, point_, gradient_;
  autodiff::Tensors hessian_rows_, quantities_;
  std::optional<autodiff::Program<double>> program_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_MINIMIZER_H_
