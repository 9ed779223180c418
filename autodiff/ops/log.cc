#include "autodiff/ops/elementwise.h"

namespace autodiff {

// y = log x,  dx = dy / x.
struct LogRule : Unary<LogRule> {
  static constexpr char kName[] = "log";
  static auto Apply(auto x) { return Log(x); }
  static double Scalar(double x) { return std::log(x); }
  static Tensors Gradient(const Tensor&, const Tensors& x, const Tensor& dy) {
    return {dy / x[0]};
  }
  static std::vector<Sample> Samples() { return UnarySamples(Log, 0.5, 3); }
};

constexpr Op kLog = MakeOp<LogRule>();

Tensor Log(Operand x) { return Record(kLog, {x}); }

}  // namespace autodiff
