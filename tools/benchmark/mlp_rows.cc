#include "tools/benchmark/mlp_rows.h"

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

struct Perceptron {
  CompiledGraph compiled;
  Tensor x, y, loss, flat;
  Tensors parameters, gradients;
};

// h ← Mish(LayerNorm(h W + b)) layer by layer, the last one plain; the loss is
// mean (h − y)². Gradients of it to all W and b.
std::shared_ptr<Perceptron> MakePerceptron(int64_t batch, int cores) {
  auto mlp = std::make_shared<Perceptron>();
  autodiff::Graph& graph = mlp->compiled.graph;
  autodiff::ParameterGroup group(graph, "mlp");
  for (int layer = 0; layer < kLayers; ++layer) {
    group.Add(absl::StrCat("W", layer), {kWidth, kWidth});
    group.Add(absl::StrCat("b", layer), {kWidth});
  }
  mlp->flat = group.flat();
  mlp->parameters = group.parameters();
  mlp->x = graph.Input("x", {batch, kWidth});
  mlp->y = graph.Input("y", {batch, kWidth});
  Tensor h = mlp->x;
  for (int layer = 0; layer < kLayers; ++layer) {
    h = MatMul(h, mlp->parameters[2 * layer]) + mlp->parameters[2 * layer + 1];
    if (layer + 1 < kLayers) h = Mish(LayerNorm(h));
  }
  mlp->loss = Mean(Square(h - mlp->y));
  mlp->gradients = Gradients(mlp->loss, mlp->parameters);
  Tensors outputs = mlp->gradients;
  outputs.push_back(mlp->loss);
  mlp->compiled.Compile(outputs, cores);
  return mlp;
}

Work Mlp(int64_t batch, int cores) {
  const Stopwatch recording;
  const auto mlp = MakePerceptron(batch, cores);
  double first_run = recording.Seconds();

  // Parameter i begins the wave at 1000 i.
  auto& [graph, state, program] = mlp->compiled;
  const absl::Span<float> block = state->Reals(mlp->flat);
  for (size_t i = 0; i < mlp->parameters.size(); ++i) {
    const Tensor& parameter = mlp->parameters[i];
    FillWithWave(block.subspan(parameter.node().attributes.Int("offset"),
                               parameter.shape().elements()),
                 kWeightScale, 1000 * static_cast<double>(i));
  }
  FillWithWave(program->Input(mlp->x));
  FillWithWave(program->Input(mlp->y), 1, 10'000);
  const Stopwatch running;
  program->Run();
  first_run += running.Seconds();
  std::vector<double> check = {program->Output(mlp->loss)[0]};
  for (const Tensor& gradient : mlp->gradients) {
    check.push_back(MeanMagnitude(program->Output(gradient)));
  }
  // A weight is in three products, but nobody asks for the gradient to x.
  const int products = 3 * kLayers - 1;
  return {.run = [mlp] { mlp->compiled.program->Run(); },
          .flop = 2. * products * static_cast<double>(batch * kWidth * kWidth),
          .first_run = first_run,
          .check = check};
}

}  // namespace

double FirstRun(int cores) {
  const auto mlp = MakePerceptron(128, cores);
  auto& program = *mlp->compiled.program;
  for (float& target : program.Input(mlp->y)) target = 1;
  program.Run();
  return program.Output(mlp->loss)[0];
}

std::vector<Row> MlpRows() {
  std::vector<Row> rows;
  for (const int64_t batch : {128, 1024}) {
    rows.push_back({absl::StrCat("mlp_", batch),
                    [batch](int cores) { return Mlp(batch, cores); }});
  }
  return rows;
}

}  // namespace benchmarks
