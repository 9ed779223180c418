#include "autodiff/graph.h"
#include "autodiff/ops.h"
#include "autodiff/ops/layer_norm.h"

namespace autodiff {
namespace {

// With y = LayerNorm(x), s = 1 / √(var x + ε) and means over the last axis,
// z = s (dy − mean dy − y · mean(y dy)).
struct LayerNormGradientRule {
  static constexpr char kName[] = "layer_norm_gradient";

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
        const T* const dy = b.In<T>(1) + row * rows.size;
        T* const z = b.Out<T>() + row * rows.size;
        const Moments<T> m = MomentsOfRow(x, rows.size, epsilon);
        const Lanes<T> mean(m.mean), scale(m.scale);
        const T count = static_cast<T>(rows.size);
        const Lanes<T> mean_dy(SumOfRow(dy, rows.size) / count);
        const Lanes<T> mean_y_dy(SumOfRows(x, dy, rows.size,
                                           [&](Lanes<T> a, Lanes<T> d) {
                                             return (a - mean) * scale * d;
                                           }) /
                                 count);
        MapRows(x, dy, rows.size, z, [&](Lanes<T> a, Lanes<T> d) {
          return scale * (d - mean_dy - (a - mean) * scale * mean_y_dy);
        });
      }
    }};
  }

  static Tensor Unfused(const Tensors& x, const Attributes& attributes) {
    const auto centered = [](const Tensor& a) {
      return a - Mean(a, {-1}, true);
    };
    const Tensor c = centered(x[0]), dy = x[1];
    const Tensor variance = Mean(Square(c), {-1}, true);
    const Tensor s = 1 / Sqrt(variance + attributes.Real("epsilon"));
    const Tensor y = c * s;
    return s * (centered(dy) - y * Mean(y * dy, {-1}, true));
  }

  static std::vector<Sample> Samples() {
    const auto record = [](const Tensors& x) {
      return LayerNormGradient(x[0], x[1], 1e-5);
    };
    return {{"rows", {{{3, 11}}, {{3, 11}}}, record},
            {"no rows", {{{0, 4}}, {{0, 4}}}, record},
            {"one input twice", {{{2, 5}}}, [](const Tensors& x) {
               return LayerNormGradient(x[0], x[0], 0.5);
             }}};
  }
};

}  // namespace

constexpr Op kLayerNormGradient = MakeOp<LayerNormGradientRule>();

Tensor LayerNormGradient(Operand x, Operand dy, double epsilon) {
  return Record(kLayerNormGradient, {x, dy}, {{"epsilon", epsilon}});
}

}  // namespace autodiff
