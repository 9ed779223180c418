#include "autodiff/ops/elementwise.h"

namespace autodiff {

// What moves parameters and their averages: each a single pass over a group.

// y = (1 − rate) a + rate b.
struct MovingAverageRule
    : Elementwise<MovingAverageRule, MovingAverageFormula> {
  static constexpr char kName[] = "moving_average";
  static constexpr double kValueUnits = 2;
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return (1 - x[2]) * x[0] + x[2] * x[1];
  }
  static std::vector<Sample> Samples();
};

// y = (1 − rate) a + rate b².
struct MovingAverageOfSquareRule
    : Elementwise<MovingAverageOfSquareRule, MovingAverageOfSquareFormula> {
  static constexpr char kName[] = "moving_average_of_square";
  static constexpr double kValueUnits = 2;
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return (1 - x[2]) * x[0] + x[2] * Square(x[1]);
  }
  static std::vector<Sample> Samples();
};

// y = θ − step m / (scale √v + ε).
struct AdamStepRule : Elementwise<AdamStepRule, AdamStepFormula> {
  static constexpr char kName[] = "adam_step";
  static Tensor Unfused(const Tensors& x, const Attributes&) {
    return x[0] - x[3] * x[1] / (x[4] * Sqrt(x[2]) + x[5]);
  }
  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return AdamStep(x[0], x[1], x[2], x[3], x[4], x[5]);
    };
    const auto sample = [&](const char* name, const Shape& block,
                            const Shape& other) -> Sample {
      return {
          name,
          {{block}, {block}, {other, 0.5, 2}, {{}}, {{}, 0.5, 1}, {{}, 1, 2}},
          record};
    };
    return {sample("block", {7}, {7}), sample("matrix", {3, 11}, {1, 11}),
            sample("one element", {1}, {1}), sample("none", {0}, {0}),
            sample("tiles", {19, 1001}, {19, 1001})};
  }
};

namespace {

std::vector<Sample> AverageSamples(Tensor (*op)(Operand, Operand, Operand)) {
  const auto record = [op](const Tensors& x) { return op(x[0], x[1], x[2]); };
  return {{"one rate", {{{7}}, {{7}}, {{}}}, record},
          {"broadcast", {{{3, 5}}, {{5}}, {{3, 1}}}, record},
          {"scalars", {{{}}, {{}}, {{}}}, record},
          {"none", {{{0, 3}}, {{3}}, {{}}}, record},
          {"tiles", {{{19, 1001}}, {{19, 1001}}, {{}}}, record},
          {"one input twice", {{{4}}, {{}}}, [op](const Tensors& x) {
             return op(x[0], x[0], x[1]);
           }}};
}

}  // namespace

std::vector<Sample> MovingAverageRule::Samples() {
  return AverageSamples(MovingAverage);
}
std::vector<Sample> MovingAverageOfSquareRule::Samples() {
  return AverageSamples(MovingAverageOfSquare);
}

constexpr Op kMovingAverage = MakeOp<MovingAverageRule>();
constexpr Op kMovingAverageOfSquare = MakeOp<MovingAverageOfSquareRule>();
constexpr Op kAdamStep = MakeOp<AdamStepRule>();

Tensor MovingAverage(Operand a, Operand b, Operand rate) {
  return Record(kMovingAverage, {a, b, rate});
}

Tensor MovingAverageOfSquare(Operand a, Operand b, Operand rate) {
  return Record(kMovingAverageOfSquare, {a, b, rate});
}

Tensor AdamStep(Operand theta, Operand m, Operand v, Operand step,
                Operand scale, Operand epsilon) {
  return Record(kAdamStep, {theta, m, v, step, scale, epsilon});
}

}  // namespace autodiff
