#include "autodiff/ops/layer_norm.h"

#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace autodiff {
namespace {

// y = (x − mean x) / √(var x + ε) over the last axis,  dx in
// layer_norm_gradient.cc.
struct LayerNormRule {
  static constexpr char kName[] = "layer_norm";

  static absl::StatusOr<TensorType> InferShape(const Call& call) {
    return SameRows(call);
  }

  template <typename T>
  static Kernel Value(const Call& call) {
    const Rows rows = RowsOf(call.out());
    const double epsilon = call.attributes.Real("epsilon");
    return {[=](const Buffers& b) {
      for (int64_t row = 0; row < rows.count; ++row) {
        const T* const x = b.In<T>(0) + row * rows.size;
        const Moments<T> m = MomentsOfRow(x, rows.size, epsilon);
        const Lanes<T> mean(m.mean), scale(m.scale);
        MapRow(x, rows.size, b.Out<T>() + row * rows.size,
               [&](Lanes<T> a) { return (a - mean) * scale; });
      }
    }};
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {LayerNormGradient(x[0], dy, y.node().attributes.Real("epsilon"))};
  }

  static std::vector<double> Oracle(const Call& call,
                                    absl::Span<const Values> inputs) {
    const Rows rows = RowsOf(call.out());
    std::vector<double> y = inputs[0].data;
    for (int64_t row = 0; row < rows.count; ++row) {
      double* const first = y.data() + row * rows.size;
      const auto n = static_cast<double>(rows.size);
      double mean = 0, variance = 0;
      for (int64_t i = 0; i < rows.size; ++i) mean += first[i] / n;
      for (int64_t i = 0; i < rows.size; ++i) {
        variance += (first[i] - mean) * (first[i] - mean) / n;
      }
      for (int64_t i = 0; i < rows.size; ++i) {
        first[i] = (first[i] - mean) /
                   std::sqrt(variance + call.attributes.Real("epsilon"));
      }
    }
    return y;
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) { return LayerNorm(x[0]); };
    return {{"rows", {{{3, 11}}}, record},
            {"three axes", {{{2, 3, 4}}}, record},
            {"no rows", {{{0, 4}}}, record},
            {"large epsilon", {{{3, 5}}}, [](const Tensors& x) {
               return LayerNorm(x[0], 0.5);
             }}};
  }
};

}  // namespace

constexpr Op kLayerNorm = MakeOp<LayerNormRule>();

Tensor LayerNorm(Operand x, double epsilon) {
  return Record(kLayerNorm, {x}, {{"epsilon", epsilon}});
}

}  // namespace autodiff
