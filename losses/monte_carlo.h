// Means of random tensors with confidence intervals: how a sampled
// loss is compared with its closed form.
#ifndef LOSSES_MONTE_CARLO_H_
#define LOSSES_MONTE_CARLO_H_

#include <cstdint>
#include <vector>

#include "autodiff/tensor.h"

namespace losses {

struct Estimate {
  double mean = 0;
  double standard_error = 0;  // of the mean

  // Half the width of the interval that misses the true mean with probability
  // 6e-5, plus rounding. Seeds are fixed: a test that passed once passes for
  // ever.
  double half_width() const { return 4 * standard_error + 1e-12; }
  bool Contains(double x) const {
    return x >= mean - half_width() && x <= mean + half_width();
  }
};

// Runs a program in double that computes `samples` from draws of
// `random_state`, `runs` times. One estimate per element, tensor by tensor.
// Records the advance of the random state, so once per graph.
std::vector<Estimate> MonteCarlo(const autodiff::Tensors& samples,
                                 const autodiff::Tensor& random_state,
                                 int runs);

// One estimate of a tensor whose elements are independent draws of one
// quantity.
Estimate PooledMonteCarlo(const autodiff::Tensor& samples,
                          const autodiff::Tensor& random_state, int runs,
                          uint64_t seed = 1);

}  // namespace losses

#endif  // LOSSES_MONTE_CARLO_H_
