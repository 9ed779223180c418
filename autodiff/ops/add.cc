#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = a + b,  da = dy,  db = dy.
struct AddRule : Binary<AddRule> {
  static constexpr char kName[] = "add";
  static auto Apply(auto a, auto b) { return a + b; }
  static double Scalar(double a, double b) { return a + b; }
  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor& dy) {
    return {dy, dy};
  }
  static std::vector<Sample> Samples() { return BinarySamples(Add); }
};

constexpr Op kAdd = MakeOp<AddRule>();

Tensor Add(Operand a, Operand b) { return Record(kAdd, {a, b}); }

}  // namespace autodiff
