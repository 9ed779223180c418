// A float with which kernels apply the formulas of element-wise ops
// (ops/formulas.h): what lanes.h is on the CPU.
#ifndef AUTODIFF_CUDA_NUMBER_H_
#define AUTODIFF_CUDA_NUMBER_H_

#include <cmath>

#include "autodiff/cuda/kernel.h"

namespace autodiff::cuda {

struct Number {
  // NOLINTNEXTLINE(google-explicit-constructor): `1 + Exp(x)` must read so.
  __device__ constexpr Number(double number)
      : value(static_cast<float>(number)) {}
  __device__ static Number Of(float value) {
    Number number(0);
    number.value = value;
    return number;
  }

  friend __device__ Number operator+(Number a, Number b) {
    return Of(a.value + b.value);
  }
  friend __device__ Number operator-(Number a, Number b) {
    return Of(a.value - b.value);
  }
  friend __device__ Number operator*(Number a, Number b) {
    return Of(a.value * b.value);
  }
  friend __device__ Number operator/(Number a, Number b) {
    return Of(a.value / b.value);
  }
  friend __device__ Number operator-(Number a) { return Of(-a.value); }

  // Whether a comparison holds: the first argument of Select.
  struct Mask {
    bool holds;
  };
  friend __device__ Mask operator<(Number a, Number b) {
    return {a.value < b.value};
  }
  friend __device__ Mask operator<=(Number a, Number b) {
    return {a.value <= b.value};
  }
  friend __device__ Mask operator==(Number a, Number b) {
    return {a.value == b.value};
  }
  friend __device__ Number Select(Mask mask, Number a, Number b) {
    return mask.holds ? a : b;
  }

  // NaN if either is.
  friend __device__ Number Min(Number a, Number b) {
    return a.value < b.value || a.value != a.value ? a : b;
  }
  friend __device__ Number Max(Number a, Number b) {
    return a.value > b.value || a.value != a.value ? a : b;
  }
  friend __device__ Number Abs(Number x) { return Of(fabsf(x.value)); }
  friend __device__ Number Sqrt(Number x) { return Of(sqrtf(x.value)); }
  friend __device__ Number Exp(Number x) { return Of(expf(x.value)); }
  friend __device__ Number Log(Number x) { return Of(logf(x.value)); }
  friend __device__ Number Log1p(Number x) { return Of(log1pf(x.value)); }
  friend __device__ Number Tanh(Number x) { return Of(tanhf(x.value)); }
  friend __device__ Number Erf(Number x) { return Of(erff(x.value)); }
  friend __device__ Number Pow(Number x, Number y) {
    return Of(powf(x.value, y.value));
  }
  friend __device__ Number NormalQuantile(Number p);

  float value;
};

// c_0 + c_1 r + c_2 r² + …
inline __device__ float Polynomial(float, float c) { return c; }
template <typename... C>
__device__ float Polynomial(float r, float c, C... more) {
  return c + r * Polynomial(r, static_cast<float>(more)...);
}

// Φ⁻¹ by the rational approximations of Wichura, "Algorithm AS 241: The
// percentage points of the normal distribution" (1988), the longer ones: in the
// middle of q = p − ½, and further out of √(−log p).
inline __device__ Number NormalQuantile(Number probability) {
  const float p = probability.value, q = p - 0.5f;
  if (fabsf(q) <= 0.425f) {
    const float r = 0.180625f - q * q;
    const float above = Polynomial(
        r, 3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
        13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
        33430.575583588128105, 2509.0809287301226727);
    const float below = Polynomial(
        r, 1, 42.313330701600911252, 687.18700749205790830,
        5394.1960214247511077, 21213.794301586595867, 39307.895800092710610,
        28729.085735721942674, 5226.4952788528545610);
    return Number::Of(q * above / below);
  }
  const float tail = q < 0 ? p : 1 - p;
  const float root = sqrtf(-logf(tail));
  float above, below;
  if (root <= 5) {
    const float r = root - 1.6f;
    above = Polynomial(r, 1.42343711074968357734, 4.63033784615654529590,
                       5.76949722146069140550, 3.64784832476320460504,
                       1.27045825245236838258, 0.241780725177450611770,
                       0.0227238449892691845833, 7.74545014278341407640e-4);
    below = Polynomial(r, 1, 2.05319162663775882187, 1.67638483018380384940,
                       0.689767334985100004550, 0.148103976427480074590,
                       0.0151986665636164571966, 5.47593808499534494600e-4,
                       1.05075007164441684324e-9);
  } else {
    const float r = root - 5;
    above = Polynomial(r, 6.65790464350110377720, 5.46378491116411436990,
                       1.78482653991729133580, 0.296560571828504891230,
                       0.0265321895265761230930, 0.00124266094738807843860,
                       2.71155556874348757815e-5, 2.01033439929228813265e-7);
    below = Polynomial(r, 1, 0.599832206555887937690, 0.136929880922735805310,
                       0.0148753612908506148525, 7.86869131145613259100e-4,
                       1.84631831751005468180e-5, 1.42151175831644588870e-7,
                       2.04426310338993978564e-15);
  }
  return Number::Of(q < 0 ? -above / below : above / below);
}

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_NUMBER_H_
