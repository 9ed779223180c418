// What the minima are, in closed form: the oracles of the claims.
#ifndef EXPERIMENTS_CALIBRATION_CLOSED_FORMS_H_
#define EXPERIMENTS_CALIBRATION_CLOSED_FORMS_H_

#include "absl/types/span.h"

namespace experiments {

// Where G_k(q) = (E_q V − y)² + Var_q[V]/k is least among the distributions
// over two values a < b: E_q V. With m = E_q V, Var = (m − a)(b − m), and for
// k ≥ 2
//   m = y + (2y − a − b) / (2(k − 1)),
// or the end point before it; for k = 1 G is linear in m, and m is an end
// point. Needs y ≠ (a + b)/2 for k = 1, where all of [a, b] is a minimum.
double TwoPointMean(double a, double b, double y, double k);

// (m − y)²: ((2y − a − b) / (2(k − 1)))² if m is no end point.
double TwoPointExcess(double a, double b, double y, double k);

// The least Var_q[V] of distributions with E_q V = y: (y − v)(w − y) with the
// neighbouring values v ≤ y ≤ w. y lies between the least and the largest.
double LeastVariance(absl::Span<const double> values, double y);

// Lemma 4: λ that makes (E λf − E f)² + Var[λf] least, (E f)² / E[f²].
double BestMultiple(double mean, double second_moment);

}  // namespace experiments

#endif  // EXPERIMENTS_CALIBRATION_CLOSED_FORMS_H_
