// IterVAML over the models of two values: the class where all is known in
// closed form (closed_forms.h).
#ifndef EXPERIMENTS_CALIBRATION_TWO_POINT_H_
#define EXPERIMENTS_CALIBRATION_TWO_POINT_H_

#include <cstdint>
#include <optional>

#include "autodiff/graph.h"
#include "autodiff/tensor.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/minimizer.h"

namespace experiments {

// An environment that goes to the value b with chance c and else to a.
struct TwoPoints {
  double a = 0, b = 1, chance = 0.3;
  double y() const { return a + chance * (b - a); }  // E_P V
  double variance() const { return chance * (1 - chance) * (b - a) * (b - a); }
};

// Finds the model of least expected loss.
class TwoPointSearch {
 public:
  // The loss of k samples as losses/vaml.h computes it.
  TwoPointSearch(Loss loss, int64_t k);
  // The sample loss from losses/finite_vaml.h, for any k.
  explicit TwoPointSearch(int64_t k);

  struct Result {
    Measured excess;                // (E_p̂ V − y)²
    double mean = 0, variance = 0;  // of V under the model
  };
  Result Find(const TwoPoints& points, uint64_t seed);

 private:
  void Record();
  void Minimize(const autodiff::Tensor& loss);

  autodiff::Graph graph_;
  FiniteProblem problem_;
  autodiff::Tensor amplitudes_;
  std::optional<Minimizer> minimizer_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_TWO_POINT_H_
