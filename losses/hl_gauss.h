// Values as histograms: regression by classification (HL-Gauss, Imani & White,
// 2018; Farebrother et al., 2024).
#ifndef LOSSES_HL_GAUSS_H_
#define LOSSES_HL_GAUSS_H_

#include <cstdint>

#include "autodiff/graph.h"
#include "autodiff/tensor.h"

namespace losses {

// Bins of equal width h with centres from `lowest` to `highest`; the outer
// edges lie half a bin beyond them.
struct HlGaussConfig {
  int64_t bins = 151;
  double lowest = -300;
  double highest = 300;
  double sigma = 0.75;  // of the Gaussian around a target, in bins

  double bin_width() const {
    return (highest - lowest) / static_cast<double>(bins - 1);
  }
};

// The histogram of a target y, clipped to [lowest, highest]: the mass of
// N(y, (sigma h)²) in each bin over that in all of them.
//   targets [...] → [..., bins]; no gradient flows through it.
autodiff::Tensor HlGauss(const autodiff::Operand& targets,
                         const HlGaussConfig& config);

// The histogram of one target as a constant [bins].
autodiff::Tensor HlGaussConstant(autodiff::Graph& graph, double target,
                                 const HlGaussConfig& config);

// Expected centre under softmax(logits): [..., bins] → [...].
autodiff::Tensor HlGaussValue(const autodiff::Operand& logits,
                              const HlGaussConfig& config);

// −1/bins Σ_i HlGauss(y)_i log softmax(logits)_i: cross-entropy, mean over
// bins. Logits [..., bins], targets [...] → [...].
autodiff::Tensor HlGaussLoss(const autodiff::Operand& logits,
                             const autodiff::Operand& targets,
                             const HlGaussConfig& config);

}  // namespace losses

#endif  // LOSSES_HL_GAUSS_H_
