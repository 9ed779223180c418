// Classes of models: how parameters become kernels.
#ifndef EXPERIMENTS_CALIBRATION_MODEL_CLASSES_H_
#define EXPERIMENTS_CALIBRATION_MODEL_CLASSES_H_

#include <cstdint>
#include <vector>

#include "autodiff/tensor.h"

namespace experiments {

// All distributions over the first `support` of n states, for each of `rows`
// states: p̂(j | i) = a_ij² / Σ_j a_ij² of amplitudes a, a vector of
// rows · support elements. Unlike a softmax it reaches probability 0, where
// minima of uncalibrated losses lie. Returns [rows, n].
autodiff::Tensor StochasticModel(const autodiff::Tensor& amplitudes,
                                 int64_t rows, int64_t support, int64_t n);

// Σ_i (Σ_j a_ij² − 1)². The model does not depend on the length of a row of
// amplitudes; a loss plus this has the same minima, all with rows of length 1.
autodiff::Tensor RowLengths(const autodiff::Tensor& amplitudes, int64_t rows);

// All nⁿ kernels that go from each of n states to one state, row-major.
std::vector<std::vector<double>> DeterministicModels(int64_t n);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_MODEL_CLASSES_H_
