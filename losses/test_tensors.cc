#include "losses/test_tensors.h"

#include <random>

#include "autodiff/program.h"

namespace losses {

autodiff::Values DrawValues(const autodiff::Shape& shape, uint64_t seed,
                            double low, double high) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  autodiff::Values values{.type = {shape}};
  for (int64_t i = 0; i < shape.elements(); ++i) {
    values.data.push_back(uniform(random));
  }
  return values;
}

autodiff::Tensor DrawConstant(autodiff::Graph& graph,
                              const autodiff::Shape& shape, uint64_t seed,
                              double low, double high) {
  return graph.Constant(DrawValues(shape, seed, low, high).data, shape);
}

std::vector<double> Evaluate(const autodiff::Tensor& tensor) {
  autodiff::Program<double> program(tensor.graph(), {tensor});
  program.Run();
  const absl::Span<const double> output = program.Output(tensor);
  return {output.begin(), output.end()};
}

}  // namespace losses
