#include "autodiff/ops/alias.h"

namespace autodiff {
namespace {

// y = x,  dx = 0.
struct StopGradientRule : Alias {
  static constexpr char kName[] = "stop_gradient";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return call.inputs[0];
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  // x stop(x) has gradient x, not 2x.
  static std::vector<Sample> Samples() {
    return {{"a factor", {{{3, 4}}}, [](const Tensors& x) {
               return x[0] * StopGradient(x[0]);
             }}};
  }
};

}  // namespace

constexpr Op kStopGradient = MakeOp<StopGradientRule>(OpKind::kAlias);

Tensor StopGradient(Operand x) { return Record(kStopGradient, {x}); }

}  // namespace autodiff
