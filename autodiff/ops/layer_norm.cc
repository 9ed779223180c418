#include "autodiff/ops/formulas.h"
#include "autodiff/ops/rows.h"

namespace autodiff {
namespace {

// Layer normalisation and its gradient: with y = (x − mean x) s,
// s = 1 / √(var x + ε), and means over the last axis,
// dx = s (dy − mean dy − y · mean(y dy)).

// Mean of a row and s, with the variance over n.
template <typename T>
struct Moments {
  Moments(int64_t n, const T* x, double epsilon) {
    const T count = static_cast<T>(n);
    mean = SumOfRow(n, x) / count;
    const T squares = SumOfRow(
        n, [&](Lanes<T> a) { return (a - mean) * (a - mean); }, x);
    scale = 1 / std::sqrt(squares / count + static_cast<T>(epsilon));
  }

  Lanes<T> Normalise(Lanes<T> x) const { return (x - mean) * scale; }

  T mean, scale;
};

Tensor Centered(const Tensor& x) { return x - Mean(x, {-1}, true); }

Tensor ScaleOf(const Tensor& centered, const Attributes& attributes) {
  const Tensor variance = Mean(Square(centered), {-1}, true);
  return 1 / Sqrt(variance + attributes.Real("epsilon"));
}

}  // namespace

struct LayerNormRule : RowWise {
  static constexpr char kName[] = "layer_norm";
  static constexpr RowFormula kRowFormula = RowFormula::kLayerNorm;

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.out());
    const double epsilon = call.attributes.Real("epsilon");
    return ForEachRow(count, 20. + n, [=](const Buffers& b, int64_t r) {
      const T* const x = b.In<T>(0) + r * n;
      const Moments<T> moments(n, x, epsilon);
      MapRow(
          n, [&](Lanes<T> a) { return moments.Normalise(a); },
          b.Out<T>() + r * n, x);
    });
  }

  static Tensor Unfused(const Tensors& x, const Attributes& attributes) {
    const Tensor centered = Centered(x[0]);
    return centered * ScaleOf(centered, attributes);
  }

  static Tensors Gradient(const Tensor& y, const Tensors& x, const Tensor& dy) {
    return {LayerNormGradient(x[0], dy, y.node().attributes.Real("epsilon"))};
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

struct LayerNormGradientRule : RowWise {
  static constexpr char kName[] = "layer_norm_gradient";
  static constexpr RowFormula kRowFormula = RowFormula::kLayerNormGradient;

  template <typename T>
  static Kernel Value(const Call& call) {
    const auto [count, n] = RowsOf(call.out());
    const double epsilon = call.attributes.Real("epsilon");
    return ForEachRow(count, 20. + 2 * n, [=](const Buffers& b, int64_t r) {
      const T* const x = b.In<T>(0) + r * n;
      const T* const dy = b.In<T>(1) + r * n;
      const Moments<T> moments(n, x, epsilon);
      const T mean_dy = SumOfRow(n, dy) / static_cast<T>(n);
      const auto product = [&](Lanes<T> a, Lanes<T> d) {
        return moments.Normalise(a) * d;
      };
      const T mean_product = SumOfRow(n, product, x, dy) / static_cast<T>(n);
      const auto gradient = [&](Lanes<T> a, Lanes<T> d) {
        return moments.scale *
               (d - mean_dy - moments.Normalise(a) * mean_product);
      };
      MapRow(n, gradient, b.Out<T>() + r * n, x, dy);
    });
  }

  static Tensor Unfused(const Tensors& x, const Attributes& attributes) {
    const Tensor centered = Centered(x[0]), dy = x[1];
    const Tensor s = ScaleOf(centered, attributes);
    const Tensor y = centered * s;
    return s * (Centered(dy) - y * Mean(y * dy, {-1}, true));
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

constexpr Op kLayerNorm = MakeOp<LayerNormRule>();
constexpr Op kLayerNormGradient = MakeOp<LayerNormGradientRule>();

Tensor LayerNorm(Operand x, double epsilon) {
  return Record(kLayerNorm, {x}, {{"epsilon", epsilon}});
}

Tensor LayerNormGradient(Operand x, Operand dy, double epsilon) {
  return Record(kLayerNormGradient, {x, dy}, {{"epsilon", epsilon}});
}

}  // namespace autodiff
