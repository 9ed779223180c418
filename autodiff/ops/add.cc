#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = a + b,  da = dy,  db = dy.
struct AddRule : Binary<AddRule> {
  static constexpr char kName[] = "add";

  template <typename X>
  static X Apply(X a, X b) {
    return a + b;
  }
  static double Scalar(double a, double b) { return a + b; }

  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {SumToShape(dy, x[0].shape()), SumToShape(dy, x[1].shape())};
  }

  static std::vector<Sample> Samples() { return BinarySamples(Add); }
};

}  // namespace

constexpr Op kAdd = MakeOp<AddRule>();

Tensor Add(Operand a, Operand b) { return Record(kAdd, {a, b}); }

}  // namespace autodiff
