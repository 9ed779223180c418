// A multilayer perceptron, forward and backward.

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/gradients.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/stopwatch.h"

namespace benchmarks {
namespace {

using autodiff::Tensor;
using autodiff::Tensors;

constexpr int kLayers = 4;
constexpr int64_t kWidth = 512;
// Keeps the size of activations: the wave's mean square is 1/2.
const double kWeightScale = std::sqrt(2. / kWidth);

// h ← Mish(LayerNorm(h W + b)) layer by layer, the last one plain; the loss is
// mean (h − y)². Gradients of it to all W and b.
Work Mlp(int64_t batch, int cores) {
  const Stopwatch recording;
  const auto compiled = std::make_shared<CompiledGraph>();
  autodiff::ParameterGroup group(compiled->graph, "mlp");
  for (int layer = 0; layer < kLayers; ++layer) {
    group.Add(absl::StrCat("W", layer), {kWidth, kWidth});
    group.Add(absl::StrCat("b", layer), {kWidth});
  }
  const Tensor x = compiled->graph.Input("x", {batch, kWidth});
  const Tensor y = compiled->graph.Input("y", {batch, kWidth});
  const Tensors& parameters = group.parameters();
  Tensor h = x;
  for (int layer = 0; layer < kLayers; ++layer) {
    h = MatMul(h, parameters[2 * layer]) + parameters[2 * layer + 1];
    if (layer + 1 < kLayers) h = Mish(LayerNorm(h));
  }
  const Tensor loss = Mean(Square(h - y));
  const Tensors gradients = Gradients(loss, parameters);
  Tensors outputs = gradients;
  outputs.push_back(loss);
  compiled->Compile(outputs, cores);
  double first_run = recording.Seconds();

  // Parameter i begins the wave at 1000 i.
  const absl::Span<float> block = compiled->state->Reals(group.flat());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& parameter = parameters[i];
    FillWithWave(block.subspan(parameter.node().attributes.Int("offset"),
                               parameter.shape().elements()),
                 kWeightScale, 1000 * static_cast<double>(i));
  }
  FillWithWave(compiled->program->Input(x));
  FillWithWave(compiled->program->Input(y), 1, 10'000);
  const Stopwatch running;
  compiled->program->Run();
  first_run += running.Seconds();
  std::vector<double> check = {compiled->program->Output(loss)[0]};
  for (const Tensor& gradient : gradients) {
    check.push_back(MeanMagnitude(compiled->program->Output(gradient)));
  }
  // A weight is in three products, but nobody asks for the gradient to x.
  const int products = 3 * kLayers - 1;
  return {.run = RunOf(compiled),
          .flop = 2. * products * static_cast<double>(batch * kWidth * kWidth),
          .first_run = first_run,
          .check = check};
}

}  // namespace

std::vector<Row> MlpRows() {
  std::vector<Row> rows;
  for (const int64_t batch : {128, 1024}) {
    rows.push_back({absl::StrCat("mlp_", batch),
                    [batch](int cores) { return Mlp(batch, cores); }});
  }
  return rows;
}

}  // namespace benchmarks
