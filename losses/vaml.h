// The (m, b)-VAML family (equation 2 of the paper) and its calibrated form
// (equation before Proposition 3), from samples. A loss here is one number per
// batch element; callers take batch means.
#ifndef LOSSES_VAML_H_
#define LOSSES_VAML_H_

#include "autodiff/tensor.h"

namespace losses {

enum class ModelKind { kDeterministic, kStochastic };

// (V̂_k − y)² with V̂_k = (1/k) Σ_j V(x̂⁽ʲ⁾).
//   values [..., k]: V at k model samples of x̂_m, or k = 1 prediction;
//   target [...]: y, see BootstrapTarget in td.h; gradients flow to it too.
// Its expectation over model samples is (E V − y)² + Var[V]/k: the second term
// is the calibration error. Returns [...].
autodiff::Tensor Vaml(const autodiff::Operand& values,
                      const autodiff::Operand& target);

// (V̂_k − y)² − s²/k with s² the sample variance: unbiased for (E V − y)². It
// may be negative on a sample and must not be clipped. A stochastic model
// needs k ≥ 2 samples (anything else ends the process); for a deterministic
// one it is Vaml, bit for bit. Returns [...].
autodiff::Tensor CalibratedVaml(const autodiff::Operand& values,
                                const autodiff::Operand& target,
                                ModelKind model);

// s² = 1/(k−1) Σ_j (V_j − V̂_k)² over the last axis, k ≥ 2. Returns [...].
autodiff::Tensor SampleVariance(const autodiff::Operand& values);

}  // namespace losses

#endif  // LOSSES_VAML_H_
