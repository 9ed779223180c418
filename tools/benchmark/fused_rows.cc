// Functions that stream through memory: rows of 512 numbers, and Adam over the
// parameters of four layers.
//
// Floating-point operations are those of the equations, an element: additions,
// multiplications, divisions, roots, roundings, comparisons and the larger of
// two count 1 each, a fused multiply-add 2. What is done once a row does not
// count, nor what the engine does a second time.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"
#include "autodiff/optimizer.h"
#include "autodiff/parameters.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"

namespace benchmarks {
namespace {

using autodiff::Tensor;
using autodiff::Tensors;

constexpr int64_t kWidth = 512;

// eˣ as in ops/lanes.h: x into the range 2, m 2, r 4, the polynomial 10, r²
// and r + 1, the last multiply-add 2, times 2ᵐ 2, small x 1.
constexpr int kExp = 2 + 2 + 4 + 10 + 2 + 2 + 2 + 1;
// y = (x − mean) s: the mean 1, the variance 3 (which has x − mean), times s 1.
constexpr int kLayerNorm = 1 + 3 + 1;
// s (dy − mean dy − y · mean(y dy)), given y: the means 1 and 2, the rest 4.
constexpr int kLayerNormGradient = 1 + 2 + 4;
// e = exp(min(x, 20)), n = e (e + 2), as in Mish and its slope.
constexpr int kMishExp = 1 + kExp + 2;
// x n / (n + 2)
constexpr int kMish = kMishExp + 3;
// m = 1 / (n + 2), n m + 4 x e (e + 1) m m
constexpr int kMishSlope = kMishExp + 2 + 8;
// exp(x − max x) and its sum: the largest 1, minus it 1, the sum 1.
constexpr int kSumOfExp = 1 + 1 + kExp + 1;

// A function of inputs of shape [batch, 512], how many tensors of that shape
// it has to read and write, and floating-point operations an element.
struct Function {
  int inputs;
  Tensor (*record)(const Tensors& inputs);
  int tensors;
  int flop;
};

Row MakeRow(std::string name, int64_t batch, const Function& function) {
  const auto prepare = [batch, function](int cores) -> Work {
    const auto compiled = std::make_shared<CompiledGraph>();
    Tensors inputs;
    for (int i = 0; i < function.inputs; ++i) {
      inputs.push_back(
          compiled->graph.Input(absl::StrCat("x", i), {batch, kWidth}));
    }
    const Tensor output = function.record(inputs);
    compiled->Compile({output}, cores);
    for (int i = 0; i < function.inputs; ++i) {
      FillWithWave(compiled->program->Input(inputs[i]), 1, 1000 * i);
    }
    compiled->program->Run();
    const auto elements = static_cast<double>(batch * kWidth);
    return {.run = RunOf(compiled),
            .flop = function.flop * elements,
            .bytes = 4. * function.tensors * elements,
            .check = {MeanMagnitude(compiled->program->Output(output))}};
  };
  return {std::move(name), prepare};
}

constexpr int kNormMish = kLayerNorm + kMish;
Tensor NormMish(const Tensors& x) { return Mish(LayerNorm(x[0])); }

// dx from x and dy, which the slope multiplies: 1.
constexpr int kNormMishGradient =
    kLayerNorm + kMishSlope + 1 + kLayerNormGradient;
Tensor NormMishGradient(const Tensors& x) {
  return Gradients(Sum(NormMish(x) * x[1]), {x[0]})[0];
}

// Of probabilities p and logits x: log Σ exp(x − max x) Σ p − Σ p (x − max x).
constexpr int kLoss = kSumOfExp + 1 + 2;
Tensor Loss(const Tensors& x) { return CrossEntropy(x[0], x[1]); }

// softmax(x) Σ p − p: softmax(x) is exp(x − max x) / Σ, where 1 / Σ is a
// factor.
constexpr int kLossGradient = kSumOfExp + 1 + 1 + 2;
Tensor LossGradient(const Tensors& x) {
  return Gradients(Sum(Loss(x)), {x[1]})[0];
}

Work AdamStep(int cores) {
  constexpr int64_t kSize = 4 * (kWidth * kWidth + kWidth);
  const auto compiled = std::make_shared<CompiledGraph>();
  autodiff::ParameterGroup group(compiled->graph, "group");
  group.Add("w", {kSize});
  const Tensor gradient = compiled->graph.Input("gradient", {kSize});
  const Tensor updated = Adam(group, gradient, {.learning_rate = 1e-3});
  compiled->Compile({updated}, cores);
  FillWithWave(compiled->program->Input(gradient));
  compiled->program->Run();
  // Reads parameters, both moments and the gradient, writes all but that. The
  // averages of g and g² are 3 and 4, θ − step m / (scale √v + ε) is 6.
  return {.run = RunOf(compiled),
          .flop = (3. + 4 + 6) * static_cast<double>(kSize),
          .bytes = 7. * 4 * static_cast<double>(kSize),
          .check = {MeanMagnitude(compiled->program->Output(updated))}};
}

}  // namespace

std::vector<Row> FusedRows() {
  std::vector<Row> rows;
  for (const int64_t batch : {128, 1024}) {
    const auto add = [&](const char* name, const Function& function) {
      rows.push_back(MakeRow(absl::StrCat(name, "_", batch), batch, function));
    };
    add("norm_mish", {1, NormMish, 2, kNormMish});
    add("norm_mish_gradient", {2, NormMishGradient, 3, kNormMishGradient});
    add("cross_entropy", {2, Loss, 2, kLoss});
    add("cross_entropy_gradient", {2, LossGradient, 3, kLossGradient});
  }
  rows.push_back({"adam", AdamStep});
  return rows;
}

}  // namespace benchmarks
