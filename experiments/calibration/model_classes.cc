#include "experiments/calibration/model_classes.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "autodiff/ops.h"
#include "autodiff/tensor.h"

namespace experiments {

using autodiff::Tensor;

Tensor StochasticModel(const Tensor& amplitudes, int64_t rows, int64_t support,
                       int64_t n) {
  const Tensor weights = Square(Reshape(amplitudes, {rows, support}));
  const Tensor model = weights / Sum(weights, {-1}, /*keep_axes=*/true);
  return support == n ? model : Pad(model, 1, 0, n - support);
}

Tensor RowLengths(const Tensor& amplitudes, int64_t rows) {
  const Tensor lengths = Sum(Square(Reshape(amplitudes, {rows, -1})), {-1});
  return Sum(Square(lengths - 1));
}

std::vector<std::vector<double>> DeterministicModels(int64_t n) {
  std::vector<std::vector<double>> kernels;
  const auto count = static_cast<int64_t>(std::pow(n, n));
  for (int64_t number = 0; number < count; ++number) {
    std::vector<double> kernel(n * n, 0);
    int64_t digits = number;  // to base n: the next state of state 0, 1, …
    for (int64_t i = 0; i < n; ++i) {
      kernel[i * n + digits % n] = 1;
      digits /= n;
    }
    kernels.push_back(kernel);
  }
  return kernels;
}

}  // namespace experiments
