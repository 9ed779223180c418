// Bias and excess of the sample loss against the number of model samples, on
// the two values of two_point.h: what Proposition 2 says, to be drawn.
#ifndef EXPERIMENTS_CALIBRATION_CURVE_H_
#define EXPERIMENTS_CALIBRATION_CURVE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace experiments {

struct CurvePoint {
  int64_t samples = 0;  // k
  // E[L] − Var_P[V] with the environment itself as the model; Var_P[V]/k.
  double bias = 0, bias_in_theory = 0;
  // (E_p̂ V − E_P V)² at the minimum; see TwoPointExcess.
  double excess = 0, excess_in_theory = 0;
  // E_p̂ V and Var_p̂[V] at the minimum: where the model is.
  double mean = 0, variance = 0;
  // The same for the corrected loss; NaN for k = 1 and above 16.
  double corrected_mean = 0, corrected_variance = 0;
};

// k = 1, 2, 4, …, 1024. Up to 16 through losses/vaml.h, then through
// losses/finite_vaml.h.
std::vector<CurvePoint> ComputeCurve(uint64_t seed);

// One line a point under a header line.
std::string CurveCsv(const std::vector<CurvePoint>& curve);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_CURVE_H_
