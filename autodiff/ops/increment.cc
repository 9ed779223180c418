#include "absl/status/status.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y = count + 1.
struct IncrementRule {
  static constexpr char kName[] = "increment";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    if (call.inputs[0].element == ElementType::kIndex) return call.inputs[0];
    return absl::InvalidArgumentError("needs indices");
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const int64_t n = call.out().elements();
    return {[n](const Buffers& b) {
      for (int64_t i = 0; i < n; ++i) {
        b.Out<int32_t>()[i] = b.In<int32_t>(0)[i] + 1;
      }
    }};
  }

  static Tensors Gradient(const Tensor&, const Tensors&, const Tensor&) {
    return {Tensor()};
  }

  static std::vector<double> Oracle(const Call&,
                                    absl::Span<const Values> inputs) {
    std::vector<double> y;
    for (double count : inputs[0].data) y.push_back(count + 1);
    return y;
  }

  static std::vector<Sample> Samples() {
    return {{"counts",
             {{{3, 2}, -5, 1000, ElementType::kIndex}},
             [](const Tensors& x) { return Increment(x[0]); }}};
  }
};

}  // namespace

constexpr Op kIncrement = MakeOp<IncrementRule>();

Tensor Increment(Operand count) { return Record(kIncrement, {count}); }

}  // namespace autodiff
