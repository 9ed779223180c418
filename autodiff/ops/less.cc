#include "autodiff/ops/elementwise.h"

namespace autodiff {
namespace {

// y = [a < b], constant almost everywhere.
struct LessRule : Binary<LessRule> {
  static constexpr char kName[] = "less";

  template <typename X>
  static X Apply(X a, X b) {
    return Select(a < b, 1, 0);
  }
  static double Scalar(double a, double b) { return a < b ? 1 : 0; }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor(), Tensor()};
  }

  static std::vector<Sample> Samples() { return KinkedBinarySamples(Less); }
};

}  // namespace

constexpr Op kLess = MakeOp<LessRule>();

Tensor Less(Operand a, Operand b) { return Record(kLess, {a, b}); }

}  // namespace autodiff
