#include <cmath>

#include "absl/status/status.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y = 1 − decay^count, written −expm1(count · log decay): in float the
// difference would lose its digits at small counts.
struct BiasCorrectionRule {
  static constexpr char kName[] = "bias_correction";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.inputs[0].element == ElementType::kIndex) {
      return TensorType{call.in(0)};
    }
    return absl::InvalidArgumentError("needs indices");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.out().elements();
    const double log_decay = std::log(call.attributes.Real("decay"));
    return {[=](const Buffers& b) {
      for (int64_t i = 0; i < n; ++i) {
        b.Out<T>()[i] =
            static_cast<T>(-std::expm1(b.In<int32_t>(0)[i] * log_decay));
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y;
    for (double count : inputs[0].data) {
      y.push_back(1 - std::pow(call.attributes.Real("decay"), count));
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"counts",
             {{{3, 2}, 1, 1000, ElementType::kIndex}},
             [](const Tensors& x) { return BiasCorrection(x[0], 0.999); }}};
  }
};

}  // namespace

constexpr Op kBiasCorrection = MakeOp<BiasCorrectionRule>();

Tensor BiasCorrection(Operand count, double decay) {
  return Record(kBiasCorrection, {count}, {{"decay", decay}});
}

}  // namespace autodiff
