#include "autodiff/ops/rule.h"

namespace autodiff {

// y = x,  dx = 0.
struct StopGradientRule : Alias, NoGradient {
  static constexpr char kName[] = "stop_gradient";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return call.inputs[0];
  }

  // x stop(x) has gradient x, not 2x.
  static std::vector<Sample> Samples() {
    return {{"a factor", {{{3, 4}}}, [](const Tensors& x) {
               return x[0] * StopGradient(x[0]);
             }}};
  }
};

constexpr Op kStopGradient = MakeOp<StopGradientRule>(OpKind::kAlias);

Tensor StopGradient(Operand x) { return Record(kStopGradient, {x}); }

}  // namespace autodiff
