// Rewards that fade towards the edge of what is wanted (Tassa et al., 2018).
#ifndef ENVS_PHYSICS_TOLERANCE_H_
#define ENVS_PHYSICS_TOLERANCE_H_

namespace envs {

// s with s(0) = 1 and s(1) = v.
enum class Sigmoid {
  kGaussian,
  kHyperbolic,
  kLongTail,
  kReciprocal,
  kCosine,
  kLinear,
  kQuadratic,
  kTanhSquared,
};

// 1 for lower ≤ x ≤ upper, else s(distance to the interval / margin), or 0 if
// margin = 0. A NaN is outside: 0 without margin, NaN with one. Bounds must be
// in order, the margin not negative, and v = value_at_margin in (0, 1), or
// [0, 1) for cosine, linear and quadratic; otherwise the process ends with one
// sentence.
double Tolerance(double x, double lower, double upper, double margin = 0,
                 Sigmoid sigmoid = Sigmoid::kGaussian,
                 double value_at_margin = 0.1);

}  // namespace envs

#endif  // ENVS_PHYSICS_TOLERANCE_H_
