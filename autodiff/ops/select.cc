#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a where c ≠ 0, else b;  da = [c ≠ 0] dy,  db = [c = 0] dy,  dc = 0.
struct SelectRule : Elementwise<SelectRule, 3> {
  static constexpr char kName[] = "select";
  static auto Apply(auto c, auto a, auto b) { return Select(c == 0, b, a); }
  static double Scalar(double c, double a, double b) { return c != 0 ? a : b; }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {Tensor(), Select(x[0], dy, 0), Select(x[0], 0, dy)};
  }
  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return Select(LessEqual(x[0], 0), x[1], x[2]);
    };
    const SampleInput condition{.shape = {3, 5}, .avoid = {0}};
    return {
        {"equal shapes", {condition, {{3, 5}}, {{3, 5}}}, record},
        {"broadcast", {condition, {{}}, {{2, 1, 5}}}, record},
        {"one condition", {{.avoid = {0}}, {{3, 5}}, {{5}}}, record},
        {"none", {{{0, 2}}, {{0, 2}}, {{2}}}, record},
        {"both sides of one tensor", {condition, {{5}}}, [](const Tensors& x) {
           return Select(LessEqual(x[0], 0), Square(x[1]), x[1]);
         }}};
  }
};

constexpr Op kSelect = MakeOp<SelectRule>();

Tensor Select(Operand condition, Operand a, Operand b) {
  return Record(kSelect, {condition, a, b});
}

}  // namespace autodiff
