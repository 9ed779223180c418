#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = [a = b], zero almost everywhere.
struct EqualRule : Binary<EqualRule> {
  static constexpr char kName[] = "equal";

  template <typename X>
  static X Apply(X a, X b) {
    return Select(a == b, 1, 0);
  }
  static double Scalar(double a, double b) { return a == b ? 1 : 0; }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor(), Tensor()};
  }

  static std::vector<Sample> Samples() { return KinkedBinarySamples(Equal); }
};

}  // namespace

constexpr Op kEqual = MakeOp<EqualRule>();

Tensor Equal(Operand a, Operand b) { return Record(kEqual, {a, b}); }

}  // namespace autodiff
