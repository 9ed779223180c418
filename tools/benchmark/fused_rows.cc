// Functions that stream through memory: rows of 512 numbers, and Adam over the
// parameters of four layers.

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

// A function of inputs of shape [batch, 512], and how many tensors of that
// shape it has to read and write.
struct Function {
  int inputs;
  Tensor (*record)(const Tensors& inputs);
  int tensors;
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
    return {
        .run = RunOf(compiled),
        .bytes = 4. * function.tensors * static_cast<double>(batch * kWidth),
        .check = {MeanMagnitude(compiled->program->Output(output))}};
  };
  return {std::move(name), prepare};
}

Tensor NormMish(const Tensors& x) { return Mish(LayerNorm(x[0])); }

// dx from x and dy.
Tensor NormMishGradient(const Tensors& x) {
  return Gradients(Sum(NormMish(x) * x[1]), {x[0]})[0];
}

// Of probabilities and logits.
Tensor Loss(const Tensors& x) { return CrossEntropy(x[0], x[1]); }

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
  // Reads parameters, both moments and the gradient, writes all but that.
  return {.run = RunOf(compiled),
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
    add("norm_mish", {1, NormMish, 2});
    add("norm_mish_gradient", {2, NormMishGradient, 3});
    add("cross_entropy", {2, Loss, 2});
    add("cross_entropy_gradient", {2, LossGradient, 3});
  }
  rows.push_back({"adam", AdamStep});
  return rows;
}

}  // namespace benchmarks
