// The element-wise ops as formulas of one element. Number is a vector register
// (lanes.h) on the CPU and a float in a CUDA kernel (cuda/number.h): both have
// + − · /, comparisons, and the functions used here; plain numbers become one.
//
// Formulas are constexpr for nvcc: it takes such functions for both sides.
#ifndef AUTODIFF_OPS_FORMULAS_H_
#define AUTODIFF_OPS_FORMULAS_H_

#include <cstdint>

namespace autodiff {

struct AddFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return a + b; }
};

struct SubtractFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return a - b; }
};

struct MultiplyFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return a * b; }
};

struct DivideFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return a / b; }
};

struct NegateFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return -x; }
};

struct MinimumFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Min(a, b); }
};

struct MaximumFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Max(a, b); }
};

struct LessFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Select(a < b, 1, 0); }
};

struct LessEqualFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Select(a <= b, 1, 0); }
};

struct EqualFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Select(a == b, 1, 0); }
};

struct SelectFormula {
  static constexpr int kArguments = 3;
  static constexpr auto Apply(auto c, auto a, auto b) {
    return Select(c == 0, b, a);
  }
};

struct ExpFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Exp(x); }
};

struct LogFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Log(x); }
};

struct SquareFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return x * x; }
};

struct SqrtFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Sqrt(x); }
};

struct PowFormula {
  static constexpr int kArguments = 2;
  static constexpr auto Apply(auto a, auto b) { return Pow(a, b); }
};

struct AbsFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Abs(x); }
};

struct TanhFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Tanh(x); }
};

struct SigmoidFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return 1 / (1 + Exp(-x)); }
};

// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which cannot overflow.
struct SoftplusFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) {
    return Max(x, 0) + Log1p(Exp(-Abs(x)));
  }
};

struct ReluFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Select(x <= 0, 0, x); }
};

// x tanh(softplus(x)) = x t with t = n / (n + 2), n = e (e + 2) and e = eˣ: one
// exponential. Beyond 20, t is 1 in float and double; there eˣ is not needed,
// and could overflow.
struct MishFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) {
    const auto e = Exp(Min(x, 20));
    const auto n = e * (e + 2);
    return x * n / (n + 2);
  }
};

// t + x t′ with t′ = 4 e (e + 1) / (n + 2)², which is (1 − t²) sigmoid(x).
struct MishSlopeFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) {
    const auto e = Exp(Min(x, 20));
    const auto n = e * (e + 2);
    const auto m = 1 / (n + 2);
    return n * m + 4 * x * e * (e + 1) * m * m;
  }
};

struct ErfFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return Erf(x); }
};

// The argument is already repeated to the result's shape.
struct BroadcastToFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) { return x; }
};

// Φ⁻¹(x + 2⁻²⁵), computed in the lower half, where the argument is exact in
// float.
struct NormalFromUniformFormula {
  static constexpr int kArguments = 1;
  static constexpr auto Apply(auto x) {
    const auto below = NormalQuantile(Min(x, (1 - 0x1p-24) - x) + 0x1p-25);
    return Select(x < 0.5, below, -below);
  }
};

struct MovingAverageFormula {
  static constexpr int kArguments = 3;
  static constexpr auto Apply(auto a, auto b, auto rate) {
    return (1 - rate) * a + rate * b;
  }
};

struct MovingAverageOfSquareFormula {
  static constexpr int kArguments = 3;
  static constexpr auto Apply(auto a, auto b, auto rate) {
    return (1 - rate) * a + rate * (b * b);
  }
};

struct AdamStepFormula {
  static constexpr int kArguments = 6;
  static constexpr auto Apply(auto theta, auto m, auto v, auto step, auto scale,
                              auto epsilon) {
    return theta - step * m / (scale * Sqrt(v) + epsilon);
  }
};

constexpr int kMaxFormulaArguments = 6;

// A formula's number, for kernels that are told which one to apply.
enum class FormulaId : uint8_t {
#define OP(Name, arguments)
#define ELEMENTWISE(Name, arguments) k##Name,
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP
};

// What works along the last axis and may stand among element-wise ops in a
// kernel: cuda/kernels/chain.cuh. Sum, Max and CrossEntropy give a number a
// row.
enum class RowFormula : uint8_t {
  kNone,
  kSum,
  kMax,
  kSoftmax,
  kLogSoftmax,
  kSoftmaxGradient,
  kCrossEntropy,
  kLayerNorm,
  kLayerNormGradient,
};

#define OP(Name, arguments)
#define ELEMENTWISE(Name, arguments) \
  constexpr FormulaId IdOf(Name##Formula) { return FormulaId::k##Name; }
#include "autodiff/op_list.inc"
#undef ELEMENTWISE
#undef OP

}  // namespace autodiff

#endif  // AUTODIFF_OPS_FORMULAS_H_
