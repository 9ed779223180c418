// Matrix products of a layer of 512 units, forward and in its gradients, and of
// Garnet's model.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "autodiff/ops.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"

namespace benchmarks {
namespace {

using autodiff::Shape;
using autodiff::Tensor;

// Of the wave that fills b.
constexpr double kFirstOfB = 500'000;

struct Product {
  int64_t m, k, n;
  bool transpose_a = false, transpose_b = false;
};

Row MakeRow(std::string name, const Product& product) {
  const auto prepare = [product](int cores) -> Work {
    const auto& [m, k, n, transpose_a, transpose_b] = product;
    const auto compiled = std::make_shared<CompiledGraph>();
    const Tensor a =
        compiled->graph.Input("a", transpose_a ? Shape{k, m} : Shape{m, k});
    const Tensor b =
        compiled->graph.Input("b", transpose_b ? Shape{n, k} : Shape{k, n});
    const Tensor c = MatMul(a, b, transpose_a, transpose_b);
    compiled->Compile({c}, cores);
    FillWithWave(compiled->program->Input(a));
    FillWithWave(compiled->program->Input(b), 1, kFirstOfB);
    compiled->program->Run();
    return {.run = RunOf(compiled),
            .flop = 2. * static_cast<double>(m * k * n),
            .check = {MeanMagnitude(compiled->program->Output(c))}};
  };
  return {std::move(name), prepare};
}

}  // namespace

std::vector<Row> GemmRows() {
  constexpr int64_t kWidth = 512;
  std::vector<Row> rows;
  for (const int64_t batch : {128, 1024}) {
    rows.push_back(
        MakeRow(absl::StrCat("gemm_forward_", batch), {batch, kWidth, kWidth}));
    rows.push_back(MakeRow(absl::StrCat("gemm_input_gradient_", batch),
                           {batch, kWidth, kWidth, false, true}));
    rows.push_back(MakeRow(absl::StrCat("gemm_weight_gradient_", batch),
                           {kWidth, batch, kWidth, true, false}));
  }
  for (const int64_t rank : {2, 10, 50}) {
    rows.push_back(MakeRow(absl::StrCat("gemm_garnet_", rank), {50, rank, 50}));
  }
  return rows;
}

}  // namespace benchmarks
