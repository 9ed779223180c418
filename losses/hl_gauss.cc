#include "losses/hl_gauss.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/ops.h"

namespace losses {
namespace {

using autodiff::Graph;
using autodiff::Operand;
using autodiff::Tensor;

// first, first + h, …
Tensor Grid(Graph& graph, double first, int64_t size,
            const HlGaussConfig& config) {
  std::vector<double> points(size);
  for (int64_t i = 0; i < size; ++i) {
    points[i] = first + static_cast<double>(i) * config.bin_width();
  }
  return graph.Constant(points, {size});
}

}  // namespace

Tensor HlGauss(const Operand& targets, const HlGaussConfig& config) {
  const Tensor clipped =
      Clip(StopGradient(targets), config.lowest, config.highest);
  const Tensor edges =
      Grid(clipped.graph(), config.lowest - config.bin_width() / 2,
           config.bins + 1, config);
  std::vector<int64_t> column = clipped.shape().sizes();
  column.push_back(1);
  const double scale =
      1 / (std::numbers::sqrt2 * config.sigma * config.bin_width());
  // 2 Φ − 1 at the edges; the factor 2 cancels.
  const Tensor cdf = Erf((edges - Reshape(clipped, column)) * scale);
  const Tensor mass =
      Slice(cdf, -1, 1, config.bins + 1) - Slice(cdf, -1, 0, config.bins);
  const Tensor total =
      Slice(cdf, -1, config.bins, config.bins + 1) - Slice(cdf, -1, 0, 1);
  return mass / total;
}

Tensor HlGaussConstant(Graph& graph, double target,
                       const HlGaussConfig& config) {
  const double y = std::clamp(target, config.lowest, config.highest);
  const double scale =
      1 / (std::numbers::sqrt2 * config.sigma * config.bin_width());
  const auto cdf = [&](int64_t edge) {
    const double at =
        config.lowest + (static_cast<double>(edge) - 0.5) * config.bin_width();
    return std::erf((at - y) * scale);
  };
  std::vector<double> mass(config.bins);
  for (int64_t i = 0; i < config.bins; ++i) {
    mass[i] = (cdf(i + 1) - cdf(i)) / (cdf(config.bins) - cdf(0));
  }
  return graph.Constant(mass, {config.bins});
}

Tensor HlGaussValue(const Operand& logits, const HlGaussConfig& config) {
  const Tensor centres = Grid(RequireTensor(logits, "hl_gauss_value").graph(),
                              config.lowest, config.bins, config);
  return Sum(Softmax(logits) * centres, {-1});
}

Tensor HlGaussLoss(const Operand& logits, const Operand& targets,
                   const HlGaussConfig& config) {
  return CrossEntropy(HlGauss(targets, config), logits) /
         static_cast<double>(config.bins);
}

}  // namespace losses
