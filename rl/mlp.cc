#include "rl/mlp.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/ops.h"
#include "autodiff/parameters.h"
#include "autodiff/philox.h"
#include "autodiff/philox_of_eight.h"
#include "autodiff/state.h"

namespace rl {

using autodiff::Operand;
using autodiff::ParameterGroup;
using autodiff::Tensor;

LayerNorm::LayerNorm(ParameterGroup& group, const std::string& name,
                     int64_t size)
    : group_(&group),
      scale_(group.Add(absl::StrCat(name, "/scale"), {size})),
      offset_(group.Add(absl::StrCat(name, "/offset"), {size})) {}

Tensor LayerNorm::operator()(const Tensor& block, const Operand& x) const {
  constexpr double kEpsilon = 1e-6;
  return autodiff::LayerNorm(x, kEpsilon) * group_->In(block, scale_) +
         group_->In(block, offset_);
}

Linear::Linear(ParameterGroup& group, const std::string& name,
               const std::vector<int64_t>& inputs, int64_t outputs)
    : group_(&group),
      weight_(
          group.Add(absl::StrCat(name, "/weight"),
                    {std::accumulate(inputs.begin(), inputs.end(), int64_t{0}),
                     outputs})),
      bias_(group.Add(absl::StrCat(name, "/bias"), {outputs})) {}

Tensor Linear::operator()(const Tensor& block,
                          const std::vector<Operand>& inputs) const {
  return autodiff::Linear(inputs, group_->In(block, weight_),
                          group_->In(block, bias_));
}

Trunk::Trunk(ParameterGroup& group, const std::string& name,
             const std::vector<int64_t>& inputs,
             const std::vector<int64_t>& widths) {
  std::vector<int64_t> sizes = inputs;
  for (size_t i = 0; i < widths.size(); ++i) {
    const std::string layer = absl::StrCat(name, "/hidden", i);
    layers_.emplace_back(group, layer, sizes, widths[i]);
    norms_.emplace_back(group, absl::StrCat(layer, "/norm"), widths[i]);
    sizes = {widths[i]};
  }
}

Tensor Trunk::operator()(const Tensor& block,
                         const std::vector<Operand>& inputs) const {
  std::vector<Operand> x = inputs;
  for (size_t i = 0; i < layers_.size(); ++i) {
    x = {Mish(norms_[i](block, layers_[i](block, x)))};
  }
  return x.front().tensor();
}

Mlp::Mlp(ParameterGroup& group, const std::string& name,
         const std::vector<int64_t>& inputs, int64_t width, int64_t outputs)
    : trunk_(group, name, inputs, {width, width}),
      output_(group, absl::StrCat(name, "/output"), {width}, outputs) {}

Tensor Mlp::operator()(const Tensor& block,
                       const std::vector<Operand>& inputs) const {
  return output_(block, {trunk_(block, inputs)});
}

template <typename T>
void InitializeParameters(const ParameterGroup& group, uint64_t seed,
                          autodiff::State<T>& state) {
  const absl::Span<T> block = state.Reals(group.flat());
  const autodiff::PhiloxKey key = {static_cast<uint32_t>(seed),
                                   static_cast<uint32_t>(seed >> 32)};
  for (const Tensor& parameter : group.parameters()) {
    const auto offset =
        static_cast<uint32_t>(parameter.node().attributes.Int("offset"));
    const auto size = static_cast<uint32_t>(parameter.shape().elements());
    if (parameter.shape().rank() != 2) {
      const bool scale = absl::EndsWith(parameter.node().name, "/scale");
      for (T& x : block.subspan(offset, size)) x = scale ? 1 : 0;
      continue;
    }
    const double bound =
        1 / std::sqrt(static_cast<double>(parameter.shape()[0]));
    // Four draws a block, and eight blocks at a time; offsets are multiples
    // of 4.
    constexpr uint32_t kDraws = 32;
    for (uint32_t i = 0; i < size; i += kDraws) {
      uint32_t bits[kDraws];
      autodiff::PhiloxOfEight({(offset + i) / 4, 0, 0, 0}, key, bits);
      const uint32_t count = std::min(kDraws, size - i);
      T* const x = block.data() + offset + i;
      for (uint32_t j = 0; j < count; ++j) {
        x[j] = static_cast<T>(bound *
                              (2 * autodiff::UniformFromBits(bits[j]) - 1));
      }
    }
  }
}

template void InitializeParameters(const ParameterGroup& group, uint64_t seed,
                                   autodiff::State<float>& state);
template void InitializeParameters(const ParameterGroup& group, uint64_t seed,
                                   autodiff::State<double>& state);

}  // namespace rl
