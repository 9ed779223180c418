#include "tools/benchmark/device_rows.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "autodiff/cuda/device.h"
#include "autodiff/ops.h"
#include "tools/benchmark/compiled_graph.h"
#include "tools/benchmark/data.h"
#include "tools/benchmark/row.h"
#include "tools/benchmark/wait.h"

namespace benchmarks {
namespace {

using autodiff::Tensor;
using autodiff::cuda::Device;

// What it works on is state, which stays on the device.
Work WorkOf(const std::shared_ptr<CompiledGraph>& compiled, const Tensor& y,
            Device* device) {
  const auto& program = *compiled->program;
  const auto run = AndWait(RunOf(compiled), device);
  run();
  return {.run = run,
          .launches = static_cast<double>(program.launches().size()),
          .check = {MeanMagnitude(program.Output(y))}};
}

}  // namespace

Work ProductWork(int64_t size, Device* device) {
  const auto compiled = std::make_shared<CompiledGraph>();
  const Tensor a = compiled->graph.Variable("a", {size, size});
  const Tensor b = compiled->graph.Variable("b", {size, size});
  const Tensor y = MatMul(a, b);
  compiled->Compile({y}, /*threads=*/1, device);
  FillWithWave(compiled->state->Reals(a));
  FillWithWave(compiled->state->Reals(b), 1, 500'000);
  Work work = WorkOf(compiled, y, device);
  const auto n = static_cast<double>(size);
  work.flop = 2 * n * n * n;
  work.bytes = 3 * sizeof(float) * n * n;
  return work;
}

Work CopyWork(int64_t size, Device* device) {
  const auto compiled = std::make_shared<CompiledGraph>();
  const Tensor x = compiled->graph.Variable("x", {size});
  const Tensor y = x + 1;
  compiled->Compile({y}, /*threads=*/1, device);
  FillWithWave(compiled->state->Reals(x));
  Work work = WorkOf(compiled, y, device);
  work.bytes = 2. * sizeof(float) * static_cast<double>(size);
  return work;
}

std::vector<Row> DeviceRows(Device* device) {
  constexpr int64_t kMatrix = 8192, kNumbers = int64_t{1} << 26;
  return {{"product", [=](int) { return ProductWork(kMatrix, device); }},
          {"copy", [=](int) { return CopyWork(kNumbers, device); }}};
}

}  // namespace benchmarks
